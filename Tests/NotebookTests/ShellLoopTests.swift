import DropIns
import Testing

@testable import Notebook

@Suite("A shell script's loops")
struct ShellLoopTests {
    private func conversion(_ script: String, _ name: String = "start.sh") throws -> FileConversion {
        try FileConversion(Array(script.utf8), try #require(ConvertibleForm(name: name, head: [])), name: name)
    }

    /// The ends of the links that a script fetches, in order, with their folders; `?` for what is not known.
    private func fetched(_ script: String, _ name: String = "start.sh") throws -> [String] {
        try conversion(script, name).downloads.flatMap { found -> [String] in
            guard let downloads = found.downloads else { return ["?"] }
            let folder = if case .known(let path) = found.folder { path.isEmpty ? "" : path + ":" } else { "?:" }
            return downloads.map { folder + ($0.reference.split(separator: "/").last.map(String.init) ?? "") }
        }
    }

    @Test(
        "with certain words are followed, once for each of them",
        arguments: [
            ("for x in a b c; do wget https://h/$x; done", "a b c"),
            ("for x in \"a\" 'b'; do\n  wget \"https://h/$x.bin\"\ndone", "a.bin b.bin"),
            ("B=https://h/m\nfor x in a b\ndo wget $B/$x; done\nwget https://h/z", "a b z"),
            ("for x in {a,b}.bin; do wget https://h/$x; done", "a.bin b.bin"), ("for i in {01..3}; do wget https://h/$i; done", "01 02 03"),
            ("for i in {3..1}; do wget https://h/$i; done", "3 2 1"), ("L='a b'\nfor x in $L c; do wget https://h/$x; done", "a b c"),
            ("for x in a b; do for y in 1 2; do wget https://h/$x$y; done; done", "a1 a2 b1 b2"),
            ("for x in a b; do F=$x.bin; wget https://h/$F; done", "a.bin b.bin"),
            ("for d in m n; do (cd $d && wget https://h/a); done", "m:a n:a"),
            ("for d in m n; do pushd $d; wget https://h/a; popd; done", "m:a n:a"),
            ("for d in m n; do cd $d; wget https://h/a; cd ..; done", "?:a"),
            ("cd x; for y in a b; do cd m; wget https://h/$y; cd ..; done", "x/m:a x/m:b"),
            ("get() { wget https://h/$1; }\nfor x in a b; do get $x; done", "a b"),
            ("get() { for x in \"$@\"; do wget https://h/$x; done; }\nget a b", "a b"),
            ("all() { for x; do wget https://h/$x; done; }\nall a b", "a b"),
            ("for x in a b; do if [ $x = a ]; then wget https://h/1; else wget https://h/2; fi; done", "1 2"),
            ("for x in a b; do wget https://h/$x || exit 1; done", "a b"), ("for x in a b; do wget https://h/$x & done; wait", "a b"),
            ("for x in a b; do wget https://h/$x; done | tee log", "a b"),
            // The word is not used: it is the same file.
            ("for i in 1 2 3; do wget https://h/a; done", "a"), ("for i in 1 2 3; do wget https://h/a && break; done", "a"),
            ("for x in; do wget https://h/$x; done\nwget https://h/z", "? z"), ("wget https://h/{a,b}.bin", "a.bin b.bin"),
            ("for u in https://h/{a,b}/{c,d}; do wget $u; done", "c d c d"),
        ])
    func followed(row: (script: String, found: String)) throws {
        #expect(try fetched(row.script) == row.found.split(separator: " ").map(String.init), "\(row.script)")
    }

    @Test(
        "are left to the shell, with the reason, where the words or the rounds are not certain",
        arguments: [
            ("for x in *.txt; do wget https://h/$x; done", "words"), ("for x in $(cat l); do wget https://h/$x; done", "words"),
            ("for x in `cat l`; do wget https://h/$x; done", "words"), ("for x in $L; do wget https://h/$x; done", "words"),
            ("for x in a $1; do wget https://h/$x; done", "words"), ("for x in ~/a; do wget https://h/$x; done", "words"),
            ("for x in \"$@\"; do wget https://h/$x; done", "words"), ("for x in {1..9..2}; do wget https://h/$x; done", "words"),
            ("for x in \"${L[@]}\"; do wget https://h/$x; done", "words"), ("for x in {a,{b,c}}; do wget https://h/$x; done", "words"),
            ("#!/bin/sh\nfor x in {a,b}; do wget https://h/$x; done", "words"),
            ("for x in a b; do wget https://h/$x && break; done", "last word"),
            ("for x in a b; do [ -f $x ] && continue; wget https://h/$x; done", "last word"),
            ("for x in a b; do wget https://h/$x; exit; done", "last word"),
            ("for x in {1..1001}; do wget https://h/$x; done", "words"),
            ("for x in {1..40}; do for y in {1..40}; do wget https://h/$x/$y; done; done", "1,000"),
            ("for x in a b; do for y in $Z; do wget https://h/$x/$y; done; done", "words"),
            ("f() { x=c; }\nfor x in a b; do f; wget https://h/$x; done", "elsewhere"),
            ("IFS=,\nfor x in a b; do wget https://h/$x; done", "elsewhere"),
        ])
    func left(row: (script: String, why: String)) throws {
        let found = try conversion(row.script).downloads
        #expect(!found.isEmpty && found.allSatisfy { $0.downloads == nil }, "\(found)")
        #expect(found.allSatisfy { $0.why?.contains(row.why) == true }, "\(found)")
    }

    @Test(
        "that change what they use are not certain where they use it",
        arguments: [
            "U=https://h/a\nfor x in a b; do wget $U; U=https://h/$x; done", "for ((i=0;i<3;i++)); do wget https://h/$i; done",
            "while read x; do wget https://h/$x; done < l", "for x in a b; do x=$(c); wget https://h/$x; done",
            "for x in a b; do read x; wget https://h/$x; done", "for x in a b; do wget https://h/$x/$2; done",
        ])
    func changing(script: String) throws {
        let found = try fetched(script)
        #expect(found.allSatisfy { $0 == "?" } && !found.isEmpty, "\(found)")
    }

    @Test("that are many cost no more than their text", arguments: [2000])
    func many(count: Int) throws {
        let deep = String(repeating: "for x in a b; do ", count: count) + "wget https://h/$x" + String(repeating: "; done", count: count)
        _ = try conversion(deep)
        _ = try conversion(String(repeating: "for x in a; do ", count: count))
        let wide = String(repeating: "for x in a b; do wget https://h/$x; done\n", count: count)
        #expect(try fetched(wide).count >= count)
    }

    @Test(
        "joined downloads are alternatives",
        arguments: [
            ("wget https://a/x || wget https://b/x", [1, 1]), ("wget https://a/x || curl -LO https://b/x || exit 1", [1, 1]),
            ("mkdir -p m && wget https://a/x || wget https://b/x || wget https://c/x", [1, 1, 1]),
            ("wget https://a/x\nwget https://b/x", [nil, nil]), ("[ -f x ] || wget https://a/x", [nil]),
            ("wget https://a/x && wget https://b/y", [nil, nil]), ("wget https://a/x || echo no\nwget https://b/x", [nil, nil]),
            ("wget https://a/x || true; true || wget https://b/x", [nil, nil]), ("wget $U || wget https://b/x", [nil, nil]),
            ("for x in a b; do wget https://a/$x || wget https://b/$x; done", [1, 2, 1, 2]),
            ("f() { wget https://a/$1 || wget https://b/$1; }\nf x; f y", [1, 1, 2, 2]),
        ])
    func alternatives(row: (script: String, chains: [Int?])) throws {
        let found = try conversion(row.script).downloads
        #expect(found.map(\.chain) == row.chains, "\(found.map(\.text))")
        for one in found { #expect(one.isFallback ? one.chain != nil : true) }
        #expect(Set(found.filter { !$0.isFallback }.compactMap(\.chain)).count == Set(row.chains.compactMap(\.self)).count)
    }
}
