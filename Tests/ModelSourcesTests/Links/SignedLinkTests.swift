import FetchTypes
import Testing

@testable import ModelSources

@Suite("Signed links")
struct SignedLinkTests {
    @Test(
        "tell when they end",
        arguments: [
            ("https://cdn.example/x?user_id=public&Expires=1785579630&Policy=e30_&Signature=a~b&Key-Pair-Id=K", 1_785_579_630.0),
            ("https://s3.example/x?AWSAccessKeyId=A&Expires=1785579630&Signature=s", 1_785_579_630),
            ("https://r2.example/x?X-Amz-Expires=86400&X-Amz-Date=20260801T102030Z&X-Amz-Signature=s", 1_785_666_030),
            ("https://r2.example/x?x-amz-date=20260801T102030Z&x-amz-expires=60", 1_785_579_690),
            ("https://storage.example/x?X-Goog-Date=20260801T102030Z&X-Goog-Expires=3600&X-Goog-Signature=s", 1_785_583_230),
            (
                "https://b2.civitai.com/file/m?Authorization=3_20260801092030_abc_004_20260801102030_0042_dnld&b2ContentDisposition=x",
                1_785_579_630
            ),
            ("https://b2.civitai.com/file/m?Authorization=3_1785576030_abc_004_1785579630_0042_dnld", 1_785_579_630),
            ("https://b2.civitai.com/file/m?Authorization=3_1785576030000_a_b_c_004_1785579630000_0042_dnld", 1_785_579_630),
            ("https://blob.example/x?sv=2024&se=2026-08-01T10%3A20%3A30Z&sr=b&sig=s", 1_785_579_630),
            ("https://both.example/x?Expires=1785579630&X-Amz-Date=20260801T102030Z&X-Amz-Expires=10", 1_785_579_630),
        ])
    func end(link: String, time: Double) {
        #expect(SignedLink.expires(of: url(link)) == time)
    }

    @Test(
        "may not tell",
        arguments: [
            "https://x.example/f", "https://x.example/f?expires=3600", "https://x.example/f?se=2026-08-01",
            "https://x.example/f?Expires=never",
            "https://x.example/f?X-Amz-Expires=60", "https://x.example/f?X-Amz-Date=nonsense&X-Amz-Expires=60",
            "https://x.example/f?Authorization=3_a_b", "https://x.example/f?X-Amz-Date=20260801T102030Z&X-Amz-Expires=-5",
        ])
    func noEnd(link: String) {
        #expect(SignedLink.expires(of: url(link)) == nil)
    }
}
