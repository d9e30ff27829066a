import DropIns

extension ShellReader {
    /// What a line fetches whose variables have certain values.
    func downloads(of tool: DropInTool, _ words: [ShellWord], _ scope: ShellScope) -> [DropInDownload]? {
        var arguments: [String] = []
        for word in words {
            guard let text = word.expanded(by: scope) else { return nil }
            arguments.append(text)
        }
        return ToolCall(tool, arguments, Variables(), isPart: isPart).downloads
    }
}
