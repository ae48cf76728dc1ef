// server/exchange.h
#pragma once
// One request and its answer, between the connection that carries them and the thread that does the work.

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "server/json/json_writer.h"
#include "server/spool.h"

namespace xinpu::server {

enum class Method : std::uint8_t { Get, Head, Post, Put, Delete, Options, Other };

/// What is looked at of a request. Views borrow the connection's buffer, which stays until the answer is
/// sent.
struct Request {
    Method method = Method::Other;
    std::string_view target;
    std::string_view host;
    std::string_view authorization;
    std::string_view accept;
    std::string_view accept_encoding;
    std::string_view content_type;
    std::string_view content_encoding;
    std::string_view act_as;      ///< X-Xinpu-Act-As
    std::string_view sent_id;     ///< X-Request-Id, as it came
    std::string_view origin;      ///< of the web page that sends it; empty: none does
    bool preflight = false;       ///< asks with OPTIONS what a page of another origin may send
    std::string_view peer;    ///< the client's address, without port
    std::string_view body;
    std::string_view twice;     ///< static: a header that may stand once and stands twice
    bool without_host = false;  ///< which HTTP/1.1 demands
};

/// Status line and headers but for length, date and connection; the body, if it is short, beside it.
struct Reply {
    int status = 200;
    std::string_view content_type;  ///< static; empty: no body
    std::string headers;            ///< further lines, each ended by CRLF
    std::string_view body;          ///< in Exchange::buffer or Exchange::packed
};

/// Threads: the connection fills `request` before the work begins; the worker fills `reply` before it moves
/// the phase on; afterwards the connection reads it. `cancelled` may be set at any time.
class Exchange {
public:
    enum class Phase : std::uint8_t {
        Working,    ///< the worker owns the reply
        Streaming,  ///< status and headers stand; pieces of the body come through the spool
        Answered,   ///< the worker has let go of everything
    };

    /// Makes it ready for a next request. `wake` is called by the worker when there is something to see.
    void reset() {
        cancelled.store(false, std::memory_order_relaxed);
        phase_.store(Phase::Working, std::memory_order_relaxed);
        streamed = false;
        reply = Reply{};
        if (spool.bytesPut() > 0) {
            spool.clear();
        }
        packed.clear();
        buffer.Clear();
        if (buffer.stack_.GetCapacity() > kBufferBytesKept) {
            buffer = JsonBuffer();
        }
    }

    Phase phase() const noexcept { return phase_.load(std::memory_order_acquire); }
    void startStreaming() {
        streamed = true;
        phase_.store(Phase::Streaming, std::memory_order_release);
        notify();
    }
    /// The last thing that the worker does with the exchange.
    void answered() { phase_.store(Phase::Answered, std::memory_order_release); }
    void notify() const {
        if (wake) {
            wake();
        }
    }

    Request request;
    std::string request_id;              ///< the client's own if it is sound; stands in the answer and the log
    std::atomic<bool> cancelled{false};  ///< the client went away, or the server ends
    Reply reply;
    bool streamed = false;  ///< the body comes through the spool
    Spool spool;
    JsonBuffer buffer;
    std::string packed;  ///< the compressed body
    std::function<void()> wake;

private:
    static constexpr std::size_t kBufferBytesKept =
        16 * 1024;  // by idle connections, of which there are many
    std::atomic<Phase> phase_{Phase::Working};
};

}  // namespace xinpu::server
