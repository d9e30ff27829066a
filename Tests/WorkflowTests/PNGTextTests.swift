import Foundation
import Testing

@testable import Workflow

@Suite("A picture that ComfyUI saved")
struct PNGTextTests {
    /// Made with Python's zlib, one for each kind of chunk and of block.
    static let pictures = [
        (
            "tEXt",
            [
                "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAB+HRFWHR3b3JrZmxvdwB7Im5vZGVzIjogW3siaWQiOiAxLCAidHlwZSI6ICJDaG",
                "Vja3BvaW50TG9hZGVyU2ltcGxlIiwgIndpZGdldHNfdmFsdWVzIjogWyJhLnNhZmV0ZW5zb3JzIl0sICJwcm9wZXJ0aWVzIjogeyJtb2RlbHMi",
                "OiBbeyJuYW1lIjogImEuc2FmZXRlbnNvcnMiLCAidXJsIjogImh0dHBzOi8veC9hIiwgImRpcmVjdG9yeSI6ICJjaGVja3BvaW50cyJ9XX19XS",
                "wgInZlcnNpb24iOiAwLjQsICJwYWQiOiAiYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJj",
                "YWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYW",
                "JjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJj",
                "YWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjYWJjIn083YwrAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU",
                "5ErkJggg==",
            ].joined()
        ),
        (
            "zTXt",
            [
                "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAAtHpUWHR3b3JrZmxvdwAAeNrtjsEKwjAMhl9l5CybgqddvXrzKENqG11xa0uSTc",
                "fou9tOGfgOQiDhz//nywzOG2Soi/MM1qS+2xQgU8A0wqFF/QjeOjl6ZZBOtg8dQnI8rbmj8GVU3fCJgypZ3VDQsSeGJpkC+YAkdjHM0CdS90U5",
                "1S+E31DKDNRlvRUJXFfVq1JZNZZQi6cp7/T6FUNsYsyoEYmtd2m9LfcZrcxy/qr/tRbENx0psLA4OFV7AAAACklEQVR4nGNgAAAAAgABSK+kcQ",
                "AAAABJRU5ErkJggg==",
            ].joined()
        ),
        (
            "iTXt",
            [
                "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAB/GlUWHR3b3JrZmxvdwAAAAAAeyJub2RlcyI6IFt7ImlkIjogMSwgInR5cGUiOi",
                "AiQ2hlY2twb2ludExvYWRlclNpbXBsZSIsICJ3aWRnZXRzX3ZhbHVlcyI6IFsiYS5zYWZldGVuc29ycyJdLCAicHJvcGVydGllcyI6IHsibW9k",
                "ZWxzIjogW3sibmFtZSI6ICJhLnNhZmV0ZW5zb3JzIiwgInVybCI6ICJodHRwczovL3gvYSIsICJkaXJlY3RvcnkiOiAiY2hlY2twb2ludHMifV",
                "19fV0sICJ2ZXJzaW9uIjogMC40LCAicGFkIjogImFiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2Fi",
                "Y2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2",
                "FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2Fi",
                "Y2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiY2FiYyJ9Zb8mrgAAAApJREFUeJxjYAAAAAIAAUivpHEAAA",
                "AASUVORK5CYII=",
            ].joined()
        ),
        (
            "iTXt packed",
            [
                "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAAuWlUWHR3b3JrZmxvdwABAAAAeAHtkMEKwjAMhl9l5CybgqddvXrzKENiG11xa0",
                "vSTcfou9tOGfgOQiCB///5ksxgnSaBujjPYHTqu00BYfKURji0pB7eGRuODjXxyfS+I0iOp9F3CnIZsRs+ccBS8EaBrDgWaJLJs/PEwSyGGfpE",
                "6r4oi/1C+A2lzMBdJrcheKmr6lVhxmnDpILjKWtq3UogNjFm1Egsxtkkb8t9RmO+BfCq/rV+AOIbHSmwsDjlLdcAAAAKSURBVHicY2AAAAACAA",
                "FIr6RxAAAAAElFTkSuQmCC",
            ].joined()
        ),
        (
            "fixed",
            [
                "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAAw3pUWHR3b3JrZmxvdwAAeAGrVsrLT0ktVrJSiK5WykwB0oY6CkollQWpQKaSc0",
                "ZqcnZBfmZeiU9+YkpqUXBmbkFOqhJQRXlmSnpqSXF8WWJOKUS7UqJecWJaaklqXnF+UbFSLFBRQVF+QWpRSSZYQbVSLtCmHKhVeYm5YBtQNQH1",
                "lBblgMQzSkoKiq309Sv0E0GiKZlFqckl+UWVILlkuKuKlWpja2tBVpWlFhVn5ucBpQ30TEBWJ6aAjU9KHkVwpFQLAB0psLBVq7XvAAAACklEQV",
                "R4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==",
            ].joined()
        ),
        (
            "stored",
            [
                "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAACBHpUWHR3b3JrZmxvdwAAeAEB7wEQ/nsibm9kZXMiOiBbeyJpZCI6IDEsICJ0eX",
                "BlIjogIkNoZWNrcG9pbnRMb2FkZXJTaW1wbGUiLCAid2lkZ2V0c192YWx1ZXMiOiBbImEuc2FmZXRlbnNvcnMiXSwgInByb3BlcnRpZXMiOiB7",
                "Im1vZGVscyI6IFt7Im5hbWUiOiAiYS5zYWZldGVuc29ycyIsICJ1cmwiOiAiaHR0cHM6Ly94L2EiLCAiZGlyZWN0b3J5IjogImNoZWNrcG9pbn",
                "RzIn1dfX1dLCAidmVyc2lvbiI6IDAuNCwgInBhZCI6ICJhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNh",
                "YmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYm",
                "NhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNh",
                "YmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmNhYmMifR0psLDWbmlSAAAACklEQVR4nGNgAAAAAg",
                "ABSK+kcQAAAABJRU5ErkJggg==",
            ].joined()
        ),
    ]

    @Test("holds its workflow in a text chunk of any kind", arguments: pictures)
    func texts(picture: (kind: String, base64: String)) throws {
        let bytes = Array(try #require(Data(base64Encoded: picture.base64)))
        let workflow = try ComfyWorkflow(bytes, "x.png")
        #expect(workflow.models == [.init(name: "a.safetensors", url: "https://x/a", directory: "checkpoints")])
        #expect(workflow.named.isEmpty)
        #expect(PNGText.text("other", in: bytes) == nil)
    }

    @Test("that is damaged anywhere has no workflow, or the same, and never ends the program", arguments: pictures)
    func damaged(picture: (kind: String, base64: String)) throws {
        let bytes = Array(try #require(Data(base64Encoded: picture.base64)))
        for place in bytes.indices {
            var other = bytes
            other[place] ^= 0x55
            _ = PNGText.text("workflow", in: other)
            _ = PNGText.text("workflow", in: Array(bytes[..<place]))
        }
    }
}
