public import Core

extension ControlPlane {
    /// Whoever may do everything, by a certificate; what is inside needs no other file.
    /// - Parameters:
    ///   - tokenFile: where a token is, that the server knows them by instead.
    ///   - port: where the server is reached instead.
    public func writeKubeconfig(to path: String, tokenFile: String? = nil, port: Int? = nil) throws(DeploydError) {
        let user =
            tokenFile.map { "tokenFile: \($0)" }
            ?? "client-certificate: \(self.path("admin.crt"))\n    client-key: \(self.path("admin.key"))"
        try TextFile.write(
            """
            apiVersion: v1
            kind: Config
            clusters:
            - name: test
              cluster:
                server: https://127.0.0.1:\(port ?? self.port)
                certificate-authority: \(self.path("ca.crt"))
            users:
            - name: test
              user:
                \(user)
            contexts:
            - name: test
              context: { cluster: test, user: test }
            current-context: test

            """, to: path)
    }

    /// What `kube-controller-manager` is started with.
    func controllerArguments() throws(DeploydError) -> [String] {
        let kubeconfig = path("controllers.kubeconfig")
        try writeKubeconfig(to: kubeconfig)
        return [
            "--leader-elect=false", "--port=0", "--secure-port=0", "--profiling=false", "--kube-api-qps=200",
            "--kube-api-burst=400", "--kubeconfig=\(kubeconfig)", "--use-service-account-credentials=true",
            "--service-account-private-key-file=\(path("accounts.key"))", "--root-ca-file=\(path("ca.crt"))",
        ]
    }
}
