import Aria2
import Transfer

extension PeerEngine {
    /// Tells aria2c how much of the process's ceiling it may use now. A change that it does not take is told again.
    func keepPace(_ rpc: Aria2RPC) async {
        guard var now = ceiling else { return }
        let seconds = (ContinuousClock.now - pacedAt) / .seconds(1)
        let rate = now.observe(bytes: arrived, seconds: seconds, isWorking: isReceiving)
        (ceiling, arrived, pacedAt) = (now, 0, .now)
        guard let rate else { return }
        do { try await rpc.changeGlobalOption(["max-overall-download-limit": String(rate)]) } catch { ceiling?.wasNotTaken() }
    }
}
