extension Set<Int> {
    /// The numbers as ranges, in order: shorter in a message than each by itself.
    var spans: [Range<Int>] {
        var spans: [Range<Int>] = []
        for index in sorted() {
            if let last = spans.last, last.upperBound == index {
                spans[spans.count - 1] = last.lowerBound..<index + 1
            } else {
                spans.append(index..<index + 1)
            }
        }
        return spans
    }
}
