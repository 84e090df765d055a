/// A service that costs little to start. What `VERSION` holds is what it answers.
struct SmallService {
    let name: String
    /// Its folder in the repository; empty for the root.
    var path = ""
    var requires: [String: String] = [:]
    var replicas = 1
    var isBuilt = true
    /// Whether it notes each version in the file `$RAN` before it is deployed.
    var hasBeforeDeploy = false

    /// - Parameter ran: where `beforeDeploy` notes versions.
    func files(version: Int, ran: String) -> [String: String] {
        let prefix = path.isEmpty ? "" : "\(path)/"
        var files = ["deployd.yaml": declaration(ran: ran), "serve.py": SmallService.program, "VERSION": "\(version)"]
        if hasBeforeDeploy { files["before.sh"] = "echo \"$(cat VERSION)\" >> \"$RAN\"\n" }
        return Dictionary(uniqueKeysWithValues: files.map { (prefix + $0, $1) })
    }

    private func declaration(ran: String) -> String {
        let key = requires.values.contains("secret") ? "${requires.key.value}" : "none"
        let requirements = requires.sorted { $0.key < $1.key }.map { "\($0): \($1)" }.joined(separator: ", ")
        return """
            service: \(name)
            \(isBuilt ? "build: { command: [cp, VERSION, BUILT] }" : "")
            command: [python3, -S, -E, serve.py]
            port: 5000
            health: { path: /, interval: 1s, timeout: 10s, deadline: 120s }
            drain: 10s
            replicas: \(replicas)
            requires: { \(requirements) }
            env: { KEY: "\(key)", RAN: "\(ran)" }
            \(hasBeforeDeploy ? "beforeDeploy: [sh, before.sh]" : "")

            """
    }

    /// One thread, no library: it answers `/` with its version and `/key` with its secret. SIGTERM ends it at once: when it
    /// is stopped nothing may be under way.
    private static let program = """
        import os, selectors, socket

        version = open("BUILT" if os.path.exists("BUILT") else "VERSION").read()
        texts = {b"/": version, b"/key": os.environ["KEY"]}
        selector = selectors.DefaultSelector()
        listener = socket.create_server(("127.0.0.1", int(os.environ["PORT"])), backlog=256)
        listener.setblocking(False)
        selector.register(listener, selectors.EVENT_READ)
        received = {}

        def accept():
            try: client = listener.accept()[0]
            except BlockingIOError: return
            received[client] = b""
            selector.register(client, selectors.EVENT_READ)

        def read(client):
            try: data = client.recv(65536)
            except OSError: data = b""
            if not data:
                selector.unregister(client)
                del received[client]
                return client.close()
            received[client] += data
            while b"\\r\\n\\r\\n" in received[client]:
                head, received[client] = received[client].split(b"\\r\\n\\r\\n", 1)
                text = texts.get(head.split(b" ")[1], "")
                client.sendall(f"HTTP/1.1 200 OK\\r\\nContent-Length: {len(text)}\\r\\n\\r\\n{text}".encode())

        while True:
            for key, _ in selector.select():
                accept() if key.fileobj is listener else read(key.fileobj)

        """
}
