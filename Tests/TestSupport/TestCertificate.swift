/// A certificate for `*.dev.example.com` and `dev.example.com` that is good for a hundred years; it protects nothing.
public enum TestCertificate {
    public static let chain = """
        -----BEGIN CERTIFICATE-----
        MIIBuTCCAV6gAwIBAgIUdZ4qLjfXybLa/1DW5itwojnrjCgwCgYIKoZIzj0EAwIw
        GDEWMBQGA1UEAwwNZGVwbG95ZCB0ZXN0czAgFw0yNjExMjgxNzAyMTRaGA8yMTI2
        MTEwNDE3MDIxNFowGDEWMBQGA1UEAwwNZGVwbG95ZCB0ZXN0czBZMBMGByqGSM49
        AgEGCCqGSM49AwEHA0IABL9gpR/dxiaXe+G7Rxx7MC5ETazX2jrjRyKw3qQ+dY23
        B0mfNnO0G4lPIfEVy7k7Bcnb0XTWnsXcmrN9c3IxWrijgYMwgYAwHQYDVR0OBBYE
        FDcHkXOpGa0DtNNwKM/lcyCEeYnPMB8GA1UdIwQYMBaAFDcHkXOpGa0DtNNwKM/l
        cyCEeYnPMA8GA1UdEwEB/wQFMAMBAf8wLQYDVR0RBCYwJIIRKi5kZXYuZXhhbXBs
        ZS5jb22CD2Rldi5leGFtcGxlLmNvbTAKBggqhkjOPQQDAgNJADBGAiEA+kXc10Bw
        GiwtgLFAr7yZW6AZ3seLqBmMMPRbOKhgIGQCIQDC8icHCOYsHkljZK5nJLFF/EJ7
        OCFFAN+V8FZbRkr7hw==
        -----END CERTIFICATE-----

        """

    public static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgT0DC9IDa7YoBqc/+
        SGA1M1rt1pSF08D0vFOyangVOW2hRANCAAS/YKUf3cYml3vhu0ccezAuRE2s19o6
        40cisN6kPnWNtwdJnzZztBuJTyHxFcu5OwXJ29F01p7F3JqzfXNyMVq4
        -----END PRIVATE KEY-----

        """

    /// Another certificate's.
    public static let otherKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg5HT8Bo2B+x7MDtsy
        Oa7Lk/78Kdc3xPUZTGR7QImGCwKhRANCAAQSM/QGAJccNcmD+81DrUweAuzpmHKj
        3aC6AMzYZv9CTAlXFlXbEWVkvYwWemVDgOMpmCrKfEtmt9IR31k8Ht89
        -----END PRIVATE KEY-----

        """
}
