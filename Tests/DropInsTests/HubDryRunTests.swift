import Testing

@testable import DropIns

@Suite("The list of hf's dry run")
struct HubDryRunTests {
    @Test(
        "shows sizes as Python rounds them",
        arguments: [
            (0, "0.0"), (59, "59.0"), (999, "999.0"), (1000, "1.0K"), (1049, "1.0K"), (1050, "1.1K"), (10_891, "10.9K"),
            (8_350_000, "8.3M"), (8_450_000, "8.4M"), (8_388_672, "8.4M"), (999_949, "999.9K"), (999_951, "1000.0K"),
            (1_250_000_000, "1.2G"), (67_108_864, "67.1M"), (182_000_000_000_000, "182.0T"),
        ] as [(Double, String)])
    func sizes(bytes: Double, text: String) { #expect(HubDryRun.shown(bytes) == text) }

    private let items = [
        HubDryRun.Item(name: "b/c.bin", size: 8_388_672, isFetched: true), HubDryRun.Item(name: "a.json", size: 51, isFetched: false),
    ]

    @Test(
        "has the forms of hf's tables",
        arguments: [
            (
                HubResult.Form.human,
                "[dry-run] Will download 1 files (out of 2) totalling 8.4M.\nFILE    SIZE\n------- ----\na.json  -   \nb/c.bin 8.4M\n"
            ),
            (.agent, "[dry-run] Will download 1 files (out of 2) totalling 8.4M.\nfile\tsize\na.json\t-\nb/c.bin\t8.4M\n"),
            (.json, "[{\"file\": \"a.json\", \"size\": \"-\"}, {\"file\": \"b/c.bin\", \"size\": \"8.4M\"}]\n"),
            (.path, "a.json\nb/c.bin\n"),
        ])
    func forms(form: HubResult.Form, text: String) { #expect(HubDryRun(form, file: nil).text(items, columns: 80) == text) }

    @Test("shortens names to the terminal's width, unless it is told not to")
    func narrow() {
        var list = HubDryRun(.human, file: nil)
        let items = [HubDryRun.Item(name: "abcdefghijklmnop", size: 5, isFetched: true)]
        #expect(list.text(items, columns: 15).contains("\nabcdefg... 5.0 \n"))
        list.truncates = false
        #expect(list.text(items, columns: 15).contains("\nabcdefghijklmnop 5.0 \n"))
        #expect(list.text([], columns: 80) == "[dry-run] Will download 0 files (out of 0) totalling 0.0.\nNo results found.\n")
    }
}
