// server/statement_answer.h
#pragma once
// Writes the result of a statement as the body of an answer, row by row, and ends it well or with errors.

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "query/session/session.h"
#include "server/error_status.h"
#include "server/exchange.h"
#include "server/content_coding.h"
#include "server/negotiation.h"

namespace xinpu::server {

/// What stands after the rows beside the statement's own summary.
struct AnswerTail {
    bool counters = false;
    std::string bookmark;     ///< empty: none
    std::string transaction;  ///< id of the transaction that stays open; empty: none
    std::string transaction_expires;
};

/// Rows are held back up to kHeldBytes; then the status is sent and rows flow, if the statement only reads.
/// Rows of a statement that writes wait until it is durable.
class StatementAnswer final : public query::ResultSink {
public:
    static constexpr std::size_t kHeldBytes = std::size_t{1} << 20;
    static constexpr std::size_t kPieceBytes = std::size_t{64} << 10;

    /// Thrown by row() if an answer on a thread of the network grows beyond what may be done there.
    struct TooLong {};

    StatementAnswer(Exchange& exchange, AnswerForm form, Coding coding);

    /// Rows may flow before the statement has ended.
    void allowStreaming() noexcept { may_stream_ = true; }
    /// Rows beyond so many bytes end the statement with TooLong.
    void limitTo(std::size_t bytes) noexcept { bytes_max_ = bytes; }

    void begin(std::span<const std::string> fields) override;
    void row(std::span<const engine::Value> values, const query::GraphView& graph) override;

    /// Ends the body and sets the reply.
    void finish(const query::Summary* summary, const AnswerTail& tail);
    void fail(const ErrorAnswer& error);
    /// Forgets all that was written; for a second try.
    void forget();

private:
    void head(std::span<const std::string> fields);
    void csvRow(std::span<const engine::Value> values, const query::GraphView& graph);
    void letGo();
    void put(std::string_view piece, bool last, bool broken);
    void close(int status);
    void putCodingHeaders();
    std::uint64_t millisecondsSinceStart() const;

    Exchange& exchange_;
    AnswerForm form_;
    Coding coding_;
    bool may_stream_ = false;
    std::size_t bytes_max_ = 0;
    std::optional<BodyPacker> packer_;
    JsonWriter json_;
    bool begun_ = false;
    bool any_row_ = false;
    bool spooled_ = false;
    bool flowing_ = false;
    std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
    std::uint64_t available_ms_ = 0;
};

/// A whole reply of one JSON text in the exchange's buffer.
void replyJson(Exchange& exchange, int status, std::string_view content_type = "application/json");
/// A reply with errors and nothing else, in the form that the client asked for.
void replyError(Exchange& exchange, const ErrorAnswer& error, const AnswerForm& form);

}  // namespace xinpu::server
