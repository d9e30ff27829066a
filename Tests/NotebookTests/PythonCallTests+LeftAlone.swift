import FetchTypes
import Testing

@testable import Notebook

/// A call is left as it is where it may mean something else.
extension PythonCallTests {
    static let left: [(text: String, why: String)] = [
        ("x = subprocess.check_output([\"wget\", \"-O\", \"x\", url])", "output is read"),
        ("subprocess.run([\"wget\", \"-O\", \"x\", url], capture_output=True)", "output is read"),
        ("subprocess.Popen([\"wget\", url], stdout=subprocess.PIPE)", "output is read"),
        ("subprocess.run([\"wget\", \"-O\", \"-\", url])", "-O -"),
        ("subprocess.run(\"wget -O x https://h.example/x.bin\")", "no shell reads it"),
        ("os.popen(\"wget -O x \" + url)", "output is read"),
        ("api.hf_hub_download(\"a/b\", \"c\")", "object"), ("hf_hub_download(**kwargs)", "not all"),
        ("hf_hub_download(\"a/b\", \"c\", proxies=p)", "proxies"), ("gdown.download(url, quiet=silent)", "True or False"),
        ("from modelscope import snapshot_download\nsnapshot_download(\"a/b\")", "ModelScope"),
        ("hf_hub_download(repo_id=\"a/b\" filename=\"c\")", "no valid Python"),
        ("snapshot_download(\"a/b\",, local_dir=\"m\")", "no valid Python"),
        ("snapshot_download(repo_id=, local_dir=\"m\")", "no valid Python"),
        ("try:\n    hf_hub_download(\"a/b\", \"c\")\nexcept (OSError, RepositoryNotFoundError):\n    pass", "except OSError"),
        ("try:\n    x = snapshot_download(\"a/b\")\n    y(x)\nexcept utils.HfHubHTTPError as e:\n    pass", "except HfHubHTTPError"),
        ("wget.download(url)", "another name"), ("from wget import download\ndownload(url, out='x')", "another name"),
        ("tf.keras.utils.get_file('x', 'https://h.example/x.zip', extract=True)", "Keras"),
        ("urlretrieve(url, 'x.bin')", "link is not known"), ("p, _ = urlretrieve('https://h.example/x.bin', 'x')", "result is used"),
        ("urllib.request.urlretrieve('https://h.example/x.bin')", "name of its own"),
        (
            "r = requests.get(u, stream=True)\nwith open('x', 'wb') as f:\n    for c in r.iter_content(9):\n        f.write(c)",
            "code around it"
        ),
        ("open('x', \"wb\").write(requests.get(u).content)", "code around it"),
        ("cmd = ['wget', '-O', 'x', url]\nx = subprocess.run(cmd, stdout=subprocess.PIPE)\n", "output is read"),
        ("open('a.sh', 'w').write('wget https://h.example/x.bin')", "is in a string"),
        ("for line in ['wget https://h.example/x.bin']:\n    start(line)", "is in a string"),
        ("gdown.cached_download(url, 'x', md5='0')", "hash"), ("gdown.download(url, out, proxy=p)", "proxy"),
        ("if a: pass\nelse: x = gdown.download(url)", "import"),
        ("subprocess.run([\"timeout\", \"60\", \"wget\", url])", "timeout starts the tool here"),
        ("subprocess.check_call([\"bash\", \"-lc\", f\"wget {url}\"])", "bash starts the tool here"),
        ("os.system(f\"timeout 60 wget -O x {url}\")", "timeout starts the tool here"),
        ("get_ipython().system(\"wget -O x https://h.example/x.bin\")", "IPython"),
        ("x = IPython.get_ipython().getoutput(f'wget -O x {url}')", "IPython"),
        ("get_ipython().system_raw('timeout 9 wget https://h.example/x.bin &')", "timeout starts the tool here"),
        ("%time hf_hub_download(\"a/b\", \"c\")", "%time runs it"),
    ]

    @Test("is left where it may mean something else, and says why", arguments: left)
    func leave(text: String, why: String) throws {
        #expect(try Book.line(text) == nil)
        let reasons = try Book.left(text)
        #expect(reasons.count == 1 && reasons[0].contains(why), "\(reasons)")
    }

    @Test(
        "of anything else is not looked at",
        arguments: [
            "subprocess.run([\"ls\", \"wget\"])", "def hf_hub_download(a): pass", "d.get(\"a\")", "run(\"ls\")", "os.system(cmd)",
            "torch.hub.download(url)", "subprocess.run([tool, url])", "call()", "print(\"gdown.download(url)\")", "f(download)",
            "x.run(['wget'])", "get_ipython().system('ls')", "get_ipython().system(cmd)", "app.system('wget')",
            "subprocess.run([\"timeout\", \"60\", \"ls\"])",
        ])
    func other(text: String) throws { #expect(try Book.convert(text).findings.isEmpty) }

    @Test("whose cell has clauses for the library's errors is named, also where they are elsewhere")
    func handlers() throws {
        let text = "x = hf_hub_download(\"a/b\", \"c\")\ntry:\n    y()\nexcept EntryNotFoundError:\n    pass"
        let remark = try Book.convert(text).findings.first { $0.kind == .remark }
        #expect(remark?.note?.contains("except EntryNotFoundError") == true)
    }

    @Test("of a notebook for another language is not looked at")
    func language() throws {
        let bytes = Book.bytes(["!wget -O x https://h.example/x.bin"])
        let text = String(decoding: bytes, as: UTF8.self).replacing("\"python\"", with: "\"R\"")
        let conversion = try FileConversion(Array(text.utf8), .notebook, name: "a.ipynb")
        #expect(conversion.otherLanguage == "r" && conversion.findings.isEmpty)
    }
}
