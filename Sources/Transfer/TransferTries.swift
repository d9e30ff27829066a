import Events

/// How far the tries of one run have come.
struct TransferTries {
    var engine = EngineName.builtin
    /// The engine of this try had been started.
    var hasBegun = false
    /// Nothing has gone wrong in this run.
    var isFirst = true
    /// The last link says that its server gives the whole file only.
    var servesWholeOnly = false
}
