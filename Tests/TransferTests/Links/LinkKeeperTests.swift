import FetchTypes
import ModelSources
import Synchronization
import TestSupport
import Testing
@testable import Transfer

@Suite("The link keeper")
struct LinkKeeperTests {
    /// Gives `https://source.example/1`, `/2`, ….
    private final class CountingLocator: ByteLocator {
        let host = "source.example"
        private let count = Mutex(0)
        var asked: Int { count.withLock(\.self) }

        func locate() async throws -> ByteLink {
            let number = count.withLock { count in
                count += 1
                return count
            }
            return ByteLink(url: WebURL("https://source.example/\(number)")!)
        }
    }

    private static func onward(_ link: ByteLink) -> ByteLink {
        var link = link
        link.url = WebURL("https://storage.example\(link.url.path)")!
        return link
    }

    @Test func aLinkThatRedirectsIsFollowedWithoutAskingTheSourceAgain() async throws {
        let locator = CountingLocator()
        let keeper = LinkKeeper(locator, onward: { Self.onward($0) })
        #expect(try await keeper.link().url.string == "https://source.example/1")
        #expect(await keeper.follow())
        #expect(try await keeper.link().url.string == "https://storage.example/1")
        #expect(try await keeper.link().url.string == "https://storage.example/1")
        #expect(locator.asked == 1)
        #expect(await !keeper.follow(), "once is enough")
    }

    @Test func whatComesAfterItIsFollowedTooAndSaidToBeRenewed() async throws {
        let locator = CountingLocator()
        let renewals = Mutex<[String]>([])
        let keeper = LinkKeeper(locator, onward: { Self.onward($0) }, onRenewal: { why in renewals.withLock { $0.append(why) } })
        _ = try await keeper.link()
        _ = await keeper.follow()
        _ = try await keeper.link()
        #expect(renewals.withLock(\.self).isEmpty)
        await keeper.drop(because: "it was refused")
        #expect(try await keeper.link().url.string == "https://storage.example/2")
        #expect(renewals.withLock(\.self) == ["it was refused"])
    }

    @Test func aLinkThatItsSourceHasAskedIsNotFollowed() async throws {
        let link = ByteLink(url: WebURL("https://source.example/1")!, servesRanges: true)
        let keeper = LinkKeeper(FixedLocator(link: link), onward: { Self.onward($0) })
        _ = try await keeper.link()
        #expect(await !keeper.follow())
    }

    @Test func withoutAWayOnNothingIsFollowed() async throws {
        let keeper = LinkKeeper(CountingLocator())
        _ = try await keeper.link()
        #expect(await !keeper.follow())
    }
}
