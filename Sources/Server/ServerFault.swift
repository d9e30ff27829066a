/// Why a server does not listen.
package enum ServerFault: Error, Equatable {
    /// Another process listens there already.
    case portTaken
    /// The address is not one of this machine's.
    case notOurAddress
    /// The name has no address.
    case unknownHost
    /// Any other error, with the system's message.
    case failed(String)
}
