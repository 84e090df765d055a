import Core
import Model

/// argv as a container has it: what holds a secret is a variable of the Secret, and the rest is taken as it is.
struct ContainerCommand {
    let words: [String]
    let variables: [String: Secret]

    /// - Parameter prefix: of the variables.
    init(_ command: [Secret], secrets: [Secret], prefix: String) {
        let hidden = secrets.map { $0.reveal() }.filter { !$0.isEmpty }
        var words: [String] = []
        var variables: [String: Secret] = [:]
        for (index, word) in command.enumerated() {
            let text = word.reveal()
            if hidden.contains(where: text.contains) {
                variables["\(prefix)\(index)"] = word
                words.append("$(\(prefix)\(index))")
            } else {
                words.append(ContainerCommand.escaped(text))
            }
        }
        self.words = words
        self.variables = variables
    }

    /// The kubelet replaces `$(NAME)`, and takes `$$` for `$`
    /// (https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container).
    static func escaped(_ text: String) -> String {
        var output: [UInt8] = []
        let bytes = Array(text.utf8)
        for (index, byte) in bytes.enumerated() {
            output.append(byte)
            guard byte == UInt8(ascii: "$"), index + 1 < bytes.count else { continue }
            if bytes[index + 1] == UInt8(ascii: "(") || bytes[index + 1] == UInt8(ascii: "$") { output.append(byte) }
        }
        return String(decoding: output, as: UTF8.self)
    }
}

extension KubernetesWorkload {
    var command: ContainerCommand {
        ContainerCommand(spec.command, secrets: spec.secrets, prefix: "DEPLOYD_ARGUMENT_")
    }
    var beforeDeploy: ContainerCommand {
        ContainerCommand(spec.beforeDeploy ?? [], secrets: spec.secrets, prefix: "DEPLOYD_BEFORE_")
    }
}
