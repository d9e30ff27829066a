/// What is done about a file that already has the name: by our own records, or as another tool would do it.
package enum ExistingFilePolicy: Sendable, Equatable {
    /// It is replaced when the new one is whole.
    case overwrite
    /// It is left as it is, and that is a success.
    case skip
    /// It is replaced unless it is what is offered, as far as can be told.
    case renew
    /// It is left as it is, and that is a failure.
    case refuse
    /// The new file gets another name.
    case number(Numbering)
    /// One of the offered size is complete, a shorter one is the beginning.
    case carryOn(longer: Longer)

    /// Where the number goes that makes a name a new one: 1, 2, 3, ….
    package enum Numbering: Sendable, Equatable {
        /// `model.bin.1`
        case last
        /// `model.1.bin`
        case beforeExtension
    }

    /// What is done about a file that is longer than what is offered, resuming which makes no sense.
    package enum Longer: Sendable, Equatable {
        case skip, refuse, overwrite
        case number(Numbering)
    }
}
