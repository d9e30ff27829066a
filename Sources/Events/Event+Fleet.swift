import JSONText

extension Event {
    /// What happens in the fleet that fetches together.
    package enum Fleet: Sendable, Equatable {
        /// This node is in; where the coordinator is.
        case joined(rank: Int, size: Int, coordinator: String)
        /// Another member coordinates.
        case coordinator(rank: Int, address: String)
        /// A member has been silent for too long.
        case gone(rank: Int)
        case progress(FleetProgress)
        /// This node's bytes, and the fleet's bytes from the origin over the size, as known then.
        case done(origin: Int64, peers: Int64, uploaded: Int64, originCopies: Double)
    }

    /// The fleet as a whole.
    package struct FleetProgress: Sendable, Equatable {
        /// Members that are there, and that there should be.
        package var present: Int
        package var size: Int
        /// All members' bytes from the origin over the size of it all.
        package var originCopies: Double
        /// What all members get from each other now.
        package var peerRate: Double

        package init(present: Int, size: Int, originCopies: Double, peerRate: Double) {
            self.present = present
            self.size = size
            self.originCopies = originCopies
            self.peerRate = peerRate
        }
    }
}

extension Event.Fleet {
    var name: String {
        switch self {
        case .joined: "fleet_joined"
        case .coordinator: "fleet_coordinator"
        case .gone: "fleet_gone"
        case .progress: "fleet_progress"
        case .done: "fleet_done"
        }
    }

    var details: [(String, JSONTree)] {
        switch self {
        case .joined(let rank, let size, let coordinator):
            [("rank", .integer(Int64(rank))), ("size", .integer(Int64(size))), ("coordinator", .string(coordinator))]
        case .coordinator(let rank, let address): [("rank", .integer(Int64(rank))), ("address", .string(address))]
        case .gone(let rank): [("rank", .integer(Int64(rank)))]
        case .progress(let it):
            [
                ("present", .integer(Int64(it.present))), ("size", .integer(Int64(it.size))), ("origin_copies", .of(it.originCopies)),
                ("peer_bytes_per_second", .integer(Int64(it.peerRate))),
            ]
        case .done(let origin, let peers, let uploaded, let copies):
            [
                ("origin_bytes", .integer(origin)), ("peer_bytes", .integer(peers)), ("uploaded_bytes", .integer(uploaded)),
                ("origin_copies", .of(copies)),
            ]
        }
    }
}
