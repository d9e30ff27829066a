extension Reply {
    /// A file as a good static server gives it: ranges, conditions, 416.
    ///
    /// - Parameters:
    ///   - tag: The strong ETag, without quotes.
    ///   - headers: Further headers of the 200 and 206 answers.
    static func file(
        _ file: PracticeFile, tag: String, to request: HubRequest, headers: [(name: String, value: String)] = []
    ) -> Reply {
        let quoted = "\"\(tag)\""
        let common =
            [("ETag", quoted), ("Accept-Ranges", "bytes"), ("Last-Modified", HTTPDate.fixed)]
            + (headers.contains { $0.name == "Content-Type" } ? [] : [("Content-Type", "application/octet-stream")])
            + headers
        if let wanted = request.header("If-Match"), wanted != "*", wanted != quoted {
            return .xml(412, code: "PreconditionFailed", message: "At least one of the pre-conditions you specified did not hold")
        }
        if let held = request.header("If-None-Match"), held == quoted || held == "*" {
            return Reply(304, headers: [("ETag", quoted)])
        }
        // A range is only for the file that the client has begun: with another ETag it gets the whole new one.
        let condition = request.header("If-Range")
        let isCurrent = condition == nil || condition == quoted || condition == HTTPDate.fixed
        let asked = request.ignoresRange || !isCurrent ? nil : request.header("Range")
        switch ByteRange(header: asked, size: file.size) {
        case .whole:
            return Reply(200, headers: common, body: .file(file, 0..<file.size))
        case .unsatisfiable:
            var reply = Reply.xml(416, code: "InvalidRange", message: "The requested range is not satisfiable")
            reply.headers += [("Content-Range", "bytes */\(file.size)"), ("Accept-Ranges", "bytes")]
            return reply
        case .part(var range):
            if request.shiftsRange { range = shifted(range, within: file.size) }
            if request.shortensRange, range.count > 1 { range = range.lowerBound..<range.upperBound - 1 }
            let described = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(file.size)"
            return Reply(206, headers: common + [("Content-Range", described)], body: .file(file, range))
        }
    }

    /// The range one byte later; at the file's end it loses its first byte, or, having only one, lies one earlier.
    private static func shifted(_ range: Range<Int64>, within size: Int64) -> Range<Int64> {
        if range.upperBound < size { return range.lowerBound + 1..<range.upperBound + 1 }
        if range.count > 1 { return range.lowerBound + 1..<range.upperBound }
        return max(0, range.lowerBound - 1)..<max(1, range.upperBound - 1)
    }
}
