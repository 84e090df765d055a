import CCurl
import Core
import Glibc

/// One request on its way. Made by a task, then only the curl thread touches it.
final class Transfer: @unchecked Sendable {
    // Unchecked: handed over to the curl thread through TransferQueue's Mutex, and not used elsewhere afterwards.
    let request: HTTPClientRequest
    let target: Target
    let ticket: Ticket
    let sink: any ResponseSink
    let streams: Bool

    private(set) var handle: EasyHandle?
    private(set) var deadline: ContinuousClock.Instant?
    private var headers: StringList?
    private var connectTo: StringList?
    private var upload: Upload?
    private var head: ResponseHeadParser
    private var headWasGiven = false
    private var isPaused = false
    /// Why a callback broke off, which libcurl tells as a write error only.
    private var refusal: DeploydError?
    private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

    init(
        _ request: HTTPClientRequest, _ target: Target, _ ticket: Ticket, _ sink: any ResponseSink, streams: Bool
    ) {
        self.request = request
        self.target = target
        self.ticket = ticket
        self.sink = sink
        self.streams = streams
        head = ResponseHeadParser(followsRedirects: request.followRedirects)
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        handle = nil
        errorText.deallocate()
    }

    /// Makes the handle that libcurl works on.
    func prepare(now: ContinuousClock.Instant) throws(DeploydError) -> UnsafeMutableRawPointer {
        guard let handle = EasyHandle() else { throw DeploydError(.exhausted, "no memory for a request") }
        self.handle = handle
        let context = Unmanaged.passUnretained(self).toOpaque()
        handle.set(CURLOPT_ERRORBUFFER, pointer: errorText)
        handle.onHeader(headerArrived, context)
        handle.onBody(bodyArrived, context)
        setConnection(handle)
        setTLS(handle)
        setHeaders(handle)
        try setBody(handle)
        guard handle.failure == CURLE_OK else {
            throw target.error(handle.failure, errno: 0, detail: "libcurl refuses a setting")
        }
        deadline = now + request.timeout
        return handle.pointer
    }

    /// Lets go of what libcurl used, once the handle is out of the multi handle.
    func close() {
        handle = nil
        upload = nil
        headers = nil
        connectTo = nil
    }

    var late: DeploydError {
        let limit = headWasGiven && streams ? request.idleTimeout ?? request.timeout : request.timeout
        return DeploydError(.timedOut, "\(target.name) did not answer within \(limit)", metadata: ["host": target.name])
    }

    /// What libcurl's result means; nil when all went well.
    func outcome(_ code: CURLcode) -> DeploydError? {
        guard code != CURLE_OK else { return nil }
        if let refusal { return refusal }
        return target.error(
            code, errno: handle?.number(CURLINFO_OS_ERRNO) ?? 0,
            redirected: handle.map { $0.number(CURLINFO_REDIRECT_COUNT) > 0 } ?? false,
            detail: String(cString: errorText))
    }

    func resume(now: ContinuousClock.Instant) {
        guard isPaused, let handle else { return }
        isPaused = false
        deadline = request.idleTimeout.map { now + $0 }
        _ = ccurl_easy_resume(handle.pointer)
    }
}

extension Transfer {
    // libcurl keeps pointers to these.

    func keepHeaders(_ lines: [String]) -> UnsafeMutablePointer<curl_slist>? {
        let list = StringList(lines)
        headers = list
        return list.pointer
    }

    func keepConnectTo(_ lines: [String]) -> UnsafeMutablePointer<curl_slist>? {
        let list = StringList(lines)
        connectTo = list
        return list.pointer
    }

    func keep(_ upload: Upload) { self.upload = upload }
}

extension Transfer {
    /// A line of a response's head. Returns how much was taken: anything but all of it ends the transfer.
    fileprivate func header(_ line: UnsafeRawBufferPointer) -> Int {
        guard !headWasGiven else { return line.count }  // a trailer
        switch head.add(line) {
        case .more: break
        case .tooLarge:
            refusal = DeploydError(.tooLarge, "the headers of \(target.name)'s answer are too large")
            return 0
        case .complete(let head):
            headWasGiven = true
            if streams { deadline = request.idleTimeout.map { .now + $0 } }
            sink.begin(head)
        }
        return line.count
    }

    fileprivate func body(_ bytes: UnsafeRawBufferPointer) -> Int {
        // The body of a redirect that libcurl follows.
        guard headWasGiven else { return bytes.count }
        switch sink.accept(bytes) {
        case .taken:
            if streams { deadline = request.idleTimeout.map { .now + $0 } }
            return bytes.count
        case .later:
            isPaused = true
            // It is the reader that takes its time now.
            deadline = nil
            return Int(CURL_WRITEFUNC_PAUSE)
        case .refused(let error):
            refusal = error
            return 0
        }
    }
}

// Not closures in a function: as C functions they can capture nothing, and here they are bound to no actor.

private let headerArrived: curl_write_callback = { bytes, size, count, context in
    guard let context else { return 0 }
    return Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
        .header(UnsafeRawBufferPointer(start: bytes, count: size * count))
}

private let bodyArrived: curl_write_callback = { bytes, size, count, context in
    guard let context else { return 0 }
    return Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
        .body(UnsafeRawBufferPointer(start: bytes, count: size * count))
}
