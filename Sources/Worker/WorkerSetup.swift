package import FetchKit
package import Queue

extension Worker {
    /// What a worker works with.
    package struct Setup: Sendable {
        package var store: QueueStore
        package var runtime: FetchRuntime
        package var version: String
        /// A person started it.
        package var foreground: Bool
        /// It ends after the last job.
        package var endsWhenIdle: Bool
        /// Secrets of its own environment that jobs may use, by variable.
        package var secrets: [String: String]
        package var clock: LocalClock
        /// The ceiling over all jobs at a moment, in bytes per second; nil for none.
        package var ceiling: @Sendable (Moment) -> Int64?
        package var runLine: JobLineRunner
        /// Told in one line what happens.
        package var say: @Sendable (String) -> Void

        package init(
            store: QueueStore, runtime: FetchRuntime, version: String, foreground: Bool, endsWhenIdle: Bool,
            secrets: [String: String] = [:], clock: LocalClock = .system, ceiling: @escaping @Sendable (Moment) -> Int64?,
            runLine: @escaping JobLineRunner, say: @escaping @Sendable (String) -> Void
        ) {
            self.store = store
            self.runtime = runtime
            self.version = version
            self.foreground = foreground
            self.endsWhenIdle = endsWhenIdle
            self.secrets = secrets
            self.clock = clock
            self.ceiling = ceiling
            self.runLine = runLine
            self.say = say
        }
    }
}
