import FetchTypes

/// aria2's input file: a line of URIs with tabs between mirrors, below it its own options behind white space.
enum Aria2List {
    /// - Throws: ``Failure`` of kind `usage` that names the line.
    static func downloads(_ text: String, _ common: Aria2Terms) throws(Failure) -> [DropInDownload] {
        var downloads: [DropInDownload] = []
        var entry: (uris: [String], terms: Aria2Terms)?
        for (number, scalars) in text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = String(scalars).trimmedEnd
            if line.isEmpty || line.hasPrefix("#") { continue }
            guard line.hasPrefix(" ") || line.hasPrefix("\t") else {
                if let entry { downloads.append(try entry.terms.download(entry.uris, takesName: true)) }
                let uris = line.split(separator: "\t").map { $0.filter { $0 != " " } }.filter { !$0.isEmpty }
                guard let first = uris.first, Aria2Line.isLink(first) else {
                    throw Failure(.usage, "line \(number + 1) of the list is no http(s) link.")
                }
                var terms = common
                terms.forgetName()
                entry = (uris, terms)
                continue
            }
            let option = line.drop { $0 == " " || $0 == "\t" }
            guard let equals = option.firstIndex(of: "="), entry != nil else { continue }
            let name = String(option[..<equals])
            guard entry?.terms.take(name, String(option[option.index(after: equals)...])) == true else {
                throw Failure(.usage, "line \(number + 1) of the list: \(name)= is not known.")
            }
            if let why = entry?.terms.handOver { throw Failure(.usage, "line \(number + 1) of the list: only aria2c itself does \(why).") }
        }
        if let entry { downloads.append(try entry.terms.download(entry.uris, takesName: true)) }
        return downloads
    }
}

extension String {
    /// Without white space at its end, CR included.
    var trimmedEnd: String {
        var text = Substring(self).unicodeScalars
        while let last = text.last, last.value <= 0x20 { text.removeLast() }
        return String(text)
    }
}
