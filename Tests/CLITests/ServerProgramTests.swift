import Formats
import Model
import Testing

@testable import CLI

@Suite struct ServerProgramTests {
    @Test(
        "A server that does not read PORT is told its port; where none is known, its own is the container's",
        arguments: [
            ("flask run --host=0.0.0.0", "flask run --host=0.0.0.0 --port=${ports.http}", 5000),
            ("flask --app shop run -p 7000", "flask --app shop run -p ${ports.http}", 7000),
            ("python3 -m flask run --port=7000", "python3 -m flask run --port=${ports.http}", 7000),
            ("uvicorn main:app --host 0.0.0.0", "uvicorn main:app --host 0.0.0.0 --port=${ports.http}", 8000),
            ("uvicorn main:app --uds /run/x", "uvicorn main:app --uds /run/x", 8000),
            ("hypercorn main:app -b 0.0.0.0:7000", "hypercorn main:app -b 0.0.0.0:${ports.http}", 7000),
            ("hypercorn main:app", "hypercorn main:app --bind=127.0.0.1:${ports.http}", 8000),
            ("fastapi run main.py", "fastapi run main.py --port=${ports.http}", 8000),
            ("streamlit run x.py", "streamlit run x.py --server.port=${ports.http}", 8501),
            ("python3 manage.py runserver", "python3 manage.py runserver ${ports.http}", 8000),
            ("python3 manage.py runserver 0.0.0.0:7000", "python3 manage.py runserver 0.0.0.0:${ports.http}", 7000),
            ("python3 -m http.server", "python3 -m http.server ${ports.http}", 8000),
            ("python3 -m http.server 7000 --directory x", "python3 -m http.server ${ports.http} --directory x", 7000),
        ])
    func told(command: String, expected: String, port: Int) throws {
        let words = command.split(separator: " ").map(String.init)
        let server = try #require(ServerProgram(of: words))
        #expect(server.told(words).joined(separator: " ") == expected && server.port(in: words) == port)
    }

    @Test(
        "Other programs are left as they are",
        arguments: ["flask routes", "python3 app.py", "gunicorn app:app", "node server.js"])
    func others(command: String) {
        #expect(ServerProgram(of: command.split(separator: " ").map(String.init)) == nil)
    }

    private static let flask = "from flask import Flask\napp = Flask(__name__)\n"

    @Test(
        "What a Python project serves",
        arguments: [
            (["app.py": flask], "[python3, -m, flask, run, \"--port=${ports.http}\"] 5000"),
            (["server.py": flask], "[python3, -m, flask, --app, server, run, \"--port=${ports.http}\"] 5000"),
            (["app.py": flask + "import os\nport = os.environ['PORT']"], "[python3, app.py] -"),
            (
                ["main.py": "from fastapi import FastAPI\napi: FastAPI = FastAPI(title='x')\n"],
                "[python3, -m, uvicorn, \"main:api\", \"--port=${ports.http}\"] 8000"
            ),
            (
                ["requirements.txt": "Flask==3.0\n", "app.py": ""],
                "[.venv/bin/python3, -m, flask, run, \"--port=${ports.http}\"] 5000"
            ),
            (["requirements.txt": "flask-cors\n", "app.py": ""], "[.venv/bin/python3, app.py] -"),
            (
                ["requirements.txt": "django\n", "manage.py": ""],
                "[.venv/bin/python3, manage.py, runserver, --noreload, \"${ports.http}\"] 8000"
            ),
            (
                ["Dockerfile": "FROM x\nEXPOSE 7000\nCMD [\"flask\", \"run\", \"--host=0.0.0.0\"]", "app.py": flask],
                "[flask, run, --host=0.0.0.0, \"--port=${ports.http}\"] 7000"
            ),
        ])
    func projects(files: [String: String], expected: String) {
        let draft = ServiceDraft(ProjectFolder(name: "shop", texts: files))
        let port = draft.ports.first.map { "\($0.number)" } ?? "-"
        #expect("\(draft.command.map(YAMLText.list) ?? "") \(port)" == expected)
        #expect(ServiceFile.parse(Array(draft.yaml.utf8)).diagnostics == [])
    }
}
