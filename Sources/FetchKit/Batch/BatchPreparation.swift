import Transfer

/// What the second stage of a round collects: the items, and what is looked up once for all of them.
struct BatchPreparation {
    var items = BatchItems()
    var staging: Staging
    let copies: LocalCopies
    /// Folders that were searched for what `huggingface_hub` left, with their names.
    var listings: [String: [String]] = [:]
    /// All files of the round, in the order of the plan.
    var planned: [PlannedFile] = []
}
