extension String {
    /// As it is typed into a shell: in quotes where it needs them.
    package var shellWord: String {
        let isPlain = !isEmpty && utf8.allSatisfy { $0 >= 0x80 || Self.plainBytes.contains($0) }
        return isPlain ? self : "'" + replacing("'", with: "'\\''") + "'"
    }

    private static let plainBytes = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/:@%+=,".utf8)
}
