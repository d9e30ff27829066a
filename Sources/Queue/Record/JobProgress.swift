package import FetchTypes

/// How far a job is: its holder writes it twice a second at most while it runs, and it stays with the job afterwards.
package struct JobProgress: Sendable, Equatable {
    /// Bytes that are there, of all files.
    package var received: ByteCount = .zero
    /// Bytes of all files; nil until all sizes are known.
    package var size: ByteCount?
    /// Bytes per second now; nil while nothing moves.
    package var rate: ByteCount?
    /// Seconds to the end.
    package var eta: Seconds?
    /// In the order of the line.
    package var files: [JobFile] = []
    /// Bytes that came over the network in all runs of the job.
    package var fetched: ByteCount = .zero
    /// Seconds in which the job was running.
    package var seconds: Double = 0
    /// Links that were renewed.
    package var renewals = 0
    package var retries = 0

    package init() {}

    /// Nothing moves any more.
    package mutating func halt() {
        (rate, eta) = (nil, nil)
        for place in files.indices {
            files[place].connections = 0
            if [.fetching, .verifying].contains(files[place].state) { files[place].state = .waiting }
        }
    }
}

/// One file of a job.
package struct JobFile: Sendable, Equatable {
    package enum State: String, Sendable, CaseIterable {
        case waiting, fetching, verifying, done, skipped, failed
    }

    /// The final path, absolute.
    package var path: String
    package var size: ByteCount?
    package var received: ByteCount
    package var state: State
    /// `aria2` or `builtin`; nil where nothing moved yet.
    package var engine: String?
    /// Connections that are open for it now.
    package var connections = 0
    /// Where its bytes are gathered, absolute; nil where that is beside ``path`` under the usual name.
    package var partial: String?

    package init(path: String, size: ByteCount? = nil, received: ByteCount = .zero, state: State = .waiting, engine: String? = nil) {
        self.path = path
        self.size = size
        self.received = received
        self.state = state
        self.engine = engine
    }
}
