import CPlatform

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How we start aria2c: this very program, for a moment, which asks the kernel to be ended with its parent and then
/// becomes aria2c. Not for people, and in no help.
///
/// aria2c looks by itself whether its parent lives, but only once a second, and not at all while a dead one waits to
/// be reaped, as in a container without init.
enum ExecAria2Helper {
    private static let name = "__become-with-parent"

    /// What goes before the program to become. The link leads to this program even after its file has been replaced.
    /// Empty where the kernel knows no such request.
    static var prefix: [String] {
        #if os(Linux)
            ["/proc/self/exe", name, String(getpid())]
        #else
            []
        #endif
    }

    /// Called first of all: nothing of ours has happened yet that the new program would inherit.
    static func runIfAsked() {
        let arguments = ProcessArguments()
        guard arguments.count > 3, arguments.text(1) == name, let pid = arguments.text(2).flatMap({ Int32($0) }) else { return }
        let code = fetchctl_become_with_parent(pid, arguments.list(from: 3))
        _ = write(2, "cannot start aria2c\n", 20)
        _exit(code == ENOENT ? 127 : 126)
    }
}
