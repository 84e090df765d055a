import Client
import Core

extension CommandContext {
    /// Asks before something is destroyed, unless `--yes` says so already.
    /// - Parameter them: what stands for it in the sentence that says how to go without asking.
    func confirmDestruction(of what: String, as them: String = "it") throws {
        guard !arguments.has("--yes") else { return }
        guard StandardInput.isTerminal, console.isTerminal else {
            throw usage("there is no terminal to ask on: --yes destroys \(them)")
        }
        console.bytes(Array("Destroy \(what)? [y/N] ".printable.utf8))
        let answer = String(decoding: try StandardInput.readLine(), as: UTF8.self).lowercased()
        guard ["y\n", "yes\n"].contains(answer) else { throw DeploydError(.cancelled, "nothing was destroyed") }
    }

    /// A resource with where it is, when it says so.
    static func text(_ resource: Wire.Resource) -> String {
        var text = "\(resource.name) (\(resource.slug))"
        if case .plain(let path) = resource.outputs["path"] { text += " \(path)" }
        return text
    }
}
