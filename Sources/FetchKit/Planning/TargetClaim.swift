import ModelSources
import Storage
import Synchronization

/// Of several who want one file in one place, in this process or others, only the first asks for its link ahead, and the others wait
/// until it has the file's lock: what the service counts is counted once.
final class TargetClaim: AheadClaim {
    /// How long another one may take from its question to the file's lock, in seconds.
    private static let longestTurn = 5.0

    private let claim: ProcessClaim
    /// Held until the file's lock is.
    private let turn: Mutex<ProcessClaim?>

    private init(_ claim: ProcessClaim, turn: ProcessClaim) {
        self.claim = claim
        self.turn = Mutex(turn)
    }

    /// - Returns: nil where another one has the name, when that one has begun or ended, or has taken too long.
    /// - Throws: `CancellationError`.
    static func take(_ name: String) async throws -> TargetClaim? {
        guard let turn = try await ProcessClaim.takeOrWait("\(name)\nturn", limit: longestTurn),
            case .taken(let claim) = ProcessClaim.attempt(name)
        else { return nil }
        return TargetClaim(claim, turn: turn)
    }

    func begin() { turn.withLock { $0 = nil } }
}
