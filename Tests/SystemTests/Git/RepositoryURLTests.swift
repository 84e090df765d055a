import Core
import System
import Testing

struct RepositoryURLTests {
    @Test func acceptsWhatGitFetchesFrom() throws {
        let parsed = try [
            "https://github.com/acme/hello.git", "HTTPS://Git.Example.com:8443/a/b",
            "https://acme@dev.azure.com/a/_git/b",
            "ssh://git@example.com:2222/~me/x", "git@github.com:acme/hello.git", "example.com:srv/x",
            "https://[2001:db8::1]:8443/x", "ssh://[::1]/x",
        ].map { text in
            let url = try RepositoryURL.parse(text)
            return "\(url.scheme) \(url.user ?? "-") \(url.host) \(url.port ?? 0) \(url.text)"
        }
        #expect(
            parsed == [
                "https - github.com 0 https://github.com/acme/hello.git",
                "https - git.example.com 8443 https://Git.Example.com:8443/a/b",
                "https acme dev.azure.com 0 https://acme@dev.azure.com/a/_git/b",
                "ssh git example.com 2222 ssh://git@example.com:2222/~me/x",
                "ssh git github.com 0 git@github.com:acme/hello.git", "ssh - example.com 0 example.com:srv/x",
                "https - [2001:db8::1] 8443 https://[2001:db8::1]:8443/x", "ssh - [::1] 0 ssh://[::1]/x",
            ])
    }

    @Test func acceptsLocalOnesOnlyWhenAllowed() throws {
        let local = ["file:///srv/git/hello.git", "http://127.0.0.1:3000/acme/hello", "http://[::1]/x"]
        let allowed = local.map { (try? RepositoryURL.parse($0, allowLocal: true))?.text }
        let refused = local.map { (try? RepositoryURL.parse($0))?.text }
        #expect(allowed == local)
        #expect(refused == [nil, nil, nil])
    }

    @Test(arguments: [
        "", "-", "--upload-pack=touch /tmp/x", "--upload-pack=x", "-oProxyCommand=x:y", "ext::sh -c x", "ext::sh",
        "fd::17",
        "https://user:pass@host/x", "https://-host/x", "ssh://-oProxyCommand=x/y", "ssh://-x@host/y", "git@-host:x",
        "git@host:-x", "host::x", "http://example.com/x", "file://host/x", "file:///", "ftp://h/x", "git://h/x",
        "https://h",
        "https:///x", "https://h:0/x", "https://h:70000/x", "https://h/x y", "https://h/x\n", "https://h/é", "/srv/x",
        "./x",
        "C:\\x", "https://h/x?y", "https://h/x#y", "https://h%00/x", "https://h:/x", "javascript:alert(1)//://x/y",
        "ssh://user@/x", "https://[::1/x", "https://[]/x",
    ])
    func refuses(_ text: String) {
        let error = #expect(throws: DeploydError.self) { try RepositoryURL.parse(text, allowLocal: true) }
        #expect(error?.code == .invalid && error?.message.contains("pass@") == false)
    }

    @Test func namesFollowGitsRules() {
        let good = [
            "refs/heads/main", "refs/heads/feature/a.b", "refs/tags/v1.2.0", "refs/pull/1/head", "refs/heads/é",
        ]
        let bad = [
            "main", "refs/heads", "refs/heads/", "refs/heads/a..b", "refs/heads/.a", "refs/heads/a.lock",
            "refs/heads/-x",
            "refs/heads/a b", "refs/heads/a~1", "refs/heads/a^{}", "refs/heads/a:b", "refs/heads/a*",
            "refs/heads/a@{1}",
            "refs/heads//a", "refs/heads/a.", "--upload-pack=x", "refs/heads/a\n", "refs/heads/a\\b",
        ]
        #expect(good.filter { !GitName.isReference($0) } == [])
        #expect(bad.filter(GitName.isReference) == [])
        let commits = [String(repeating: "a", count: 40), String(repeating: "A", count: 40), "abc", "HEAD", "-"]
        #expect(commits.map(GitName.isCommit) == [true, false, false, false, false])
        let paths = ["deployd.yaml", "a/b", "-x", "", "/a", "a/", "a//b", "../a", "a/..", "./a", "a\n"]
        #expect(
            paths.filter(GitName.isPath) == ["deployd.yaml", "a/b", "-x"])
    }
}
