/// The folder for what fetchctl remembers between runs. A correct run needs nothing in it.
package enum StateFolder {
    /// `FETCHCTL_STATE_DIR`, else `$XDG_STATE_HOME/fetchctl`, else `~/.local/state/fetchctl` (XDG Base Directory Specification).
    /// - Returns: nil where the environment names no home; relative values of XDG_STATE_HOME are ignored, as the
    ///   specification says.
    package static func path(_ environment: [String: String]) -> String? {
        if let chosen = environment["FETCHCTL_STATE_DIR"], !chosen.isEmpty { return Path.absolute(chosen) }
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return Path.join(state, "fetchctl") }
        guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
        return Path.join(home, ".local/state/fetchctl")
    }
}
