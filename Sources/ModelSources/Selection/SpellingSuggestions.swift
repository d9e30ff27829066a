/// What a person may have meant by a name that is not there.
package enum SpellingSuggestions {
    /// Of names such as branches: those that differ in case, contain or are contained, or are a few typing errors away.
    /// - Returns: the nearest first, at most `limit`.
    package static func of(_ wanted: String, in names: [String], limit: Int = 5) -> [String] {
        let text = wanted.lowercased()
        let ranked = names.compactMap { name -> (name: String, rank: Int)? in
            let other = name.lowercased()
            if other == text { return (name, 0) }
            if text.utf8.count > 2, other.utf8.count > 2, other.contains(text) || text.contains(other) { return (name, 1) }
            let errors = distance(text, other, limit: max(1, text.utf8.count / 3))
            return errors.map { (name, 1 + $0) }
        }
        return ranked.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }.prefix(limit).map(\.element.name)
    }

    /// Of paths: the same name elsewhere or in other case, then names that contain it or begin alike, then misspelt ones.
    static func ofPaths(_ wanted: String, in paths: [String], limit: Int = 5) -> [String] {
        func name(_ path: String) -> String { (path.split(separator: "/").last.map(String.init) ?? path).lowercased() }
        let last = name(wanted)
        let stem = String(last.prefix { $0 != "." })
        let ranked = paths.compactMap { path -> (path: String, rank: Int)? in
            let other = name(path)
            if other == last { return (path, 0) }
            if stem.utf8.count > 2 && other.contains(stem) || path.lowercased().hasPrefix(wanted.lowercased()) { return (path, 1) }
            return distance(last, other, limit: max(1, last.utf8.count / 4)).map { (path, 1 + $0) }
        }
        return ranked.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }.prefix(limit).map(\.element.path)
    }

    /// Letters to insert, to take away, to change, or to swap with their neighbour (optimal string alignment).
    /// - Returns: nil when there are more than `limit`.
    package static func distance(_ left: String, _ right: String, limit: Int) -> Int? {
        let (a, b) = (Array(left.utf8), Array(right.utf8))
        guard abs(a.count - b.count) <= limit else { return nil }
        var older: [Int] = []
        var last = Array(0...b.count)
        for i in 0..<a.count {
            var row = [i + 1]
            row.reserveCapacity(b.count + 1)
            for j in 0..<b.count {
                var best = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, older[j - 1] + 1) }
                row.append(best)
            }
            guard row.min()! <= limit else { return nil }
            (older, last) = (last, row)
        }
        return last[b.count] <= limit ? last[b.count] : nil
    }
}
