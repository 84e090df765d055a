import Core

extension Duration {
    /// In seconds, with a tenth below ten: `60 s`, `0.2 s`.
    var inSeconds: String {
        let tenths = (milliseconds + 50) / 100
        return tenths < 100 && tenths % 10 != 0 ? "\(tenths / 10).\(tenths % 10) s" : "\((tenths + 5) / 10) s"
    }
}
