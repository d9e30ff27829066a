/// The log that a line asks for.
package struct LineLog: Sendable, Equatable {
    package enum Place: Sendable, Equatable {
        /// What is said goes there and not to standard error, as wget does it.
        case inPlaceOfStandardError
        /// What is said goes there too, as aria2c does it.
        case besidesStandardError
    }

    /// A path as typed; `-` is standard output.
    package var path: String
    /// Whether what is in the file is kept.
    package var appends: Bool
    package var place: Place

    package init(_ path: String, appends: Bool, _ place: Place) {
        self.path = path
        self.appends = appends
        self.place = place
    }
}
