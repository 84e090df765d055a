/// One request to an API server, before it knows by what and as whom it goes.
struct APIRequest: Sendable {
    /// Whether a request whose answer did not come may be sent again.
    enum Repetition: Sendable {
        /// It has the same effect once and twice.
        case always
        /// Only when it is known that nothing was done.
        case whenNothingWasDone
    }

    let method: String
    /// With its leading `/`, escaped.
    let path: String
    let subject: RequestSubject
    var query: [(String, String)] = []
    var accept = "application/json"
    var contentType: String?
    var body: [UInt8]?
    var repetition = Repetition.always
    /// Whether a conflict with somebody who wrote at the same moment is tried again.
    var retriesStale = false
    /// For everything: waiting for a place, every attempt, every pause.
    var deadline = Duration.seconds(60)
    var maximumResponseBytes = 64 << 20

    init(_ method: String, _ path: String, _ subject: RequestSubject) {
        self.method = method
        self.path = path
        self.subject = subject
    }

    var target: String { path + PathSegment.query(query) }
}
