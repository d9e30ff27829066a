import Aria2
import FetchTypes
import Foundation
import ModelList
import TOMLText

@testable import Partials

extension Decoder {
    /// Files on the disk, whichever program wrote them.
    static let files: [Decoder] = [
        Decoder("control-file", bytes: controlFiles) { bytes in
            guard let control = try? ControlFile(decoding: bytes) else { return }
            _ = (control.completedLength, control.encoded)
            for size in [control.totalLength, 5 << 20] as [Int64] where size > 0 && size <= 1 << 40 {
                guard let map = PieceMap(control, size: size) ?? PieceMap(adapting: control, size: size) else { continue }
                precondition(map.presentBytes <= size && map.reach <= size)
                _ = map.controlFile.encoded
            }
        },
        Decoder("record", records) { bytes in
            guard let record = try? JSONDecoder().decode(PartialRecord.self, from: Data(bytes)) else { return }
            _ = try? JSONEncoder().encode(record)
            guard let size = record.size, let hex = record.pieces, let map = PieceMap(size: size, hex: hex) else { return }
            precondition(map.presentBytes <= size && map.hex.lowercased() == hex.lowercased())
            _ = (map.toFetch, map.reach, MirroredPieces(record.mirrored, count: map.count).record)
        },
        Decoder(
            "finished-record",
            [
                #"{"version":1,"reference":"hf:o/n","identity":"hf:o/n/x","size":5,"modified":1800000000000000000,"sha256":"aa","verified":"size"}"#
            ]
        ) { bytes in
            guard let record = try? JSONDecoder().decode(FinishedRecord.self, from: Data(bytes)) else { return }
            precondition((0...ByteCount.most).contains(record.size))
        },
        Decoder(
            "toml",
            [
                "[download]\ndirectory = \"models\"\nlimit_rate = '20M'\nshow_eta = true\nspace = 1.5e3 # c\njobs = 0x1_0\nx = -inf\n",
                "a.\"b c\".d = [1, {a = 1, b.c = []}, 1979-05-27T07:32:00.5Z,\n]\n[[model]]\nname = \"\"\"\n\\u00e9\"\\\n  x\"\"\"\n[model.y]\n[[model]]\n",
            ]
        ) { bytes in
            guard let table = try? TOMLTable(parsing: bytes) else { return }
            // What is written reads back as the same.
            let text = table.text
            guard let again = try? TOMLTable(parsing: text) else { preconditionFailure(text) }
            precondition(again.text == text)
        },
        Decoder("model-list", lists) { bytes in
            guard let list = try? ModelList(parsing: bytes, file: "models.toml") else { return }
            precondition(list.warnings.count < 64)
        },
        Decoder("model-lock", locks) { bytes in
            guard let lock = try? ModelLock(parsing: bytes, file: "models.lock") else { return }
            guard let again = try? ModelLock(parsing: Array(lock.text.utf8), file: "models.lock") else { preconditionFailure(lock.text) }
            precondition(again.text == lock.text)
        },
    ]

    private static let lists = [
        "[settings]\ndirectory = \"m\"\nlayout = 'hf-cache'\n[[model]]\nref = \"hf:o/n\"\ninclude = ['*.bin']\nsize = \"full\"\noptional = true\n",
        "[[model]]\nany-of = [\"civitai:1\", \"https://h/x\"]\ndir = \"a/b\"\nout = \"x.bin\"\nsha256 = \"\(String(repeating: "a", count: 64))\"\n",
    ]

    private static let locks = [
        "version = 1\n[[model]]\nname = \"a\"\nref = \"hf:o/n\"\npinned = \"hf:o/n@1\"\noptions = \"x\"\n[[model.file]]\npath = \"d/x.bin\"\nsize = 77\nsha256 = \"\(String(repeating: "a", count: 64))\"\nmirror = [\"https://h/x\"]\n"
    ]

    private static let records = [
        #"{"version":1,"reference":"hf:o/n","identity":"hf:o/n/x","size":5242880,"etag":"\"x\"","piece_length":1048576,"pieces":"a8","#
            + #""mirrored":[{"mirror":"https://m.example/x","pieces":"80"}],"link_expires":1893456000.5,"boot":"b","#
            + #""holder":{"host":"h","pid":5,"time":1800000000.5,"aria2":{"pid":6,"start_time":7}}}"#,
        #"{"version":1,"reference":"r","identity":"i","size":1125899906842624,"pieces":""}"#,
    ]

    private static let controlFiles: [[UInt8]] = {
        var map = PieceMap(size: 5 << 20)
        map.insert(1)
        map.insert(bytes: (2 << 20)..<(2 << 20) + 40_000)
        return [
            map.controlFile.encoded, PieceMap(size: 1).controlFile.encoded,
            ControlFile(totalLength: 1 << 30, pieceLength: 1 << 20, complete: [0..<(3 << 20), (5 << 20)..<(5 << 20) + 70_000]).encoded,
        ]
    }()
}
