// server/statement_answer.cpp
// Puts fields, rows and tail into one buffer, and from it into the spool once it is large.
#include "server/statement_answer.h"

#include <algorithm>
#include <limits>

#include "query/session/session.h"
#include "server/summary_json.h"
#include "xinpu/error.h"

namespace xinpu::server {
namespace {

constexpr std::string_view kLineBegin =
    " ";  // lines of a stream after the first begin so, as clients know it
constexpr std::size_t kPackedBytesMin = 1'024;  // shorter bodies hardly shrink

void putErrors(JsonWriter& json, const ErrorAnswer& error) {
    json.StartArray();
    json.StartObject();
    putMember(json, "code", error.code);
    putMember(json, "message", error.message);
    json.EndObject();
    json.EndArray();
}

void putErrorEvent(JsonWriter& json, const ErrorAnswer& error) {
    json.StartObject();
    putMember(json, "$event", "Error");
    putKey(json, "_body");
    putErrors(json, error);
    json.EndObject();
}

void putCsvField(JsonBuffer& out, std::string_view text) {
    if (!text.empty() && text.find_first_of("\",\r\n") == std::string_view::npos) {
        putRaw(out, text);
        return;
    }
    out.Put('"');
    for (const char c : text) {
        if (c == '"') {
            out.Put('"');
        }
        out.Put(c);
    }
    out.Put('"');
}

}  // namespace

StatementAnswer::StatementAnswer(Exchange& exchange, AnswerForm form, Coding coding)
    : exchange_(exchange), form_(form), coding_(coding), json_(exchange.buffer) {}

std::uint64_t StatementAnswer::millisecondsSinceStart() const {
    const auto span = std::chrono::steady_clock::now() - started_;
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(span).count());
}

void StatementAnswer::forget() {
    exchange_.buffer.Clear();
    exchange_.spool.clear();
    exchange_.reply.headers.clear();
    packer_.reset();
    begun_ = any_row_ = spooled_ = false;
}

void StatementAnswer::begin(std::span<const std::string> fields) {
    if (begun_) {
        if (flowing_) {
            throw Error(ErrorCode::Internal, "A statement began again after its rows were sent.");
        }
        forget();
    }
    begun_ = true;
    available_ms_ = millisecondsSinceStart();
    head(fields);
}

void StatementAnswer::head(std::span<const std::string> fields) {
    JsonBuffer& out = exchange_.buffer;
    if (form_.shape == Shape::Csv) {
        for (std::size_t i = 0; i < fields.size(); ++i) {
            putRaw(out, i == 0 ? "" : ",");
            putCsvField(out, fields[i]);
        }
        putRaw(out, "\r\n");
        return;
    }
    putRaw(out, form_.shape == Shape::Document ? "{\"data\":{\"fields\":"
                                               : "{\"$event\":\"Header\",\"_body\":{\"fields\":");
    json_.Reset(out);
    json_.StartArray();
    for (const std::string& field : fields) {
        putText(json_, field);
    }
    json_.EndArray();
    putRaw(out, form_.shape == Shape::Document ? ",\"values\":[" : "}}\n");
}

void StatementAnswer::row(std::span<const engine::Value> values, const query::GraphView& graph) {
    JsonBuffer& out = exchange_.buffer;
    const std::size_t before = out.GetSize();
    try {
        if (form_.shape == Shape::Csv) {
            csvRow(values, graph);
        } else {
            if (form_.shape == Shape::Lines) {
                putRaw(out, " {\"$event\":\"Record\",\"_body\":");
            } else if (any_row_) {
                out.Put(',');
            }
            json_.Reset(out);
            json_.StartArray();
            for (const engine::Value& value : values) {
                writeValue(json_, value, form_.values, graph);
            }
            json_.EndArray();
            if (form_.shape == Shape::Lines) {
                putRaw(out, "}\n");
            }
        }
    } catch (...) {
        out.Pop(out.GetSize() - before);  // half a row must not reach the client; the error goes on
        throw;
    }
    any_row_ = true;
    if (bytes_max_ > 0 && out.GetSize() > bytes_max_) {
        throw TooLong{};
    }
    if (out.GetSize() >= (spooled_ ? kPieceBytes : kHeldBytes)) {
        letGo();
    }
}

void StatementAnswer::csvRow(std::span<const engine::Value> values, const query::GraphView& graph) {
    JsonBuffer& out = exchange_.buffer;
    for (std::size_t i = 0; i < values.size(); ++i) {
        putRaw(out, i == 0 ? "" : ",");
        if (values[i].isNull()) {
            continue;
        }
        putCsvField(out, isTextInJson(values[i]) ? plainText(values[i]) : jsonOf(values[i], graph));
    }
    putRaw(out, "\r\n");
}

void StatementAnswer::letGo() {
    const bool first = !spooled_;
    put(viewOf(exchange_.buffer), false, false);
    exchange_.buffer.Clear();
    if (first && may_stream_) {
        exchange_.reply.status = 202;
        exchange_.reply.content_type = form_.content_type;
        flowing_ = true;
        exchange_.startStreaming();
    } else if (flowing_) {
        exchange_.notify();
    }
}

void StatementAnswer::put(std::string_view piece, bool last, bool broken) {
    if (!spooled_) {
        spooled_ = true;
        if (coding_ != Coding::Identity) {
            packer_.emplace(coding_);
            putCodingHeaders();
        }
    }
    std::string bytes = packer_ ? packer_->write(piece, last) : std::string(piece);
    if (!bytes.empty()) {
        exchange_.spool.put(std::move(bytes));
    }
    if (last) {
        exchange_.spool.finish(broken);
    }
}

void StatementAnswer::close(int status) {
    if (!flowing_) {  // else the connection reads these already
        exchange_.reply.status = status;
        exchange_.reply.content_type = form_.content_type;
        exchange_.streamed = spooled_;
    }
    if (spooled_) {
        put(viewOf(exchange_.buffer), true, false);
        return;
    }
    exchange_.reply.body = viewOf(exchange_.buffer);
    if (coding_ != Coding::Identity && exchange_.reply.body.size() >= kPackedBytesMin) {
        exchange_.packed = BodyPacker(coding_).write(exchange_.reply.body, true);
        exchange_.reply.body = exchange_.packed;
        putCodingHeaders();
    }
}

void StatementAnswer::putCodingHeaders() {
    exchange_.reply.headers.append("Content-Encoding: ").append(nameOf(coding_));
    exchange_.reply.headers += "\r\nVary: Accept-Encoding\r\n";
}

void StatementAnswer::finish(const query::Summary* summary, const AnswerTail& tail) {
    JsonBuffer& out = exchange_.buffer;
    if (!begun_ && summary != nullptr) {
        begin({});
    }
    if (form_.shape == Shape::Csv) {
        close(202);
        return;
    }
    JsonBuffer members;
    json_.Reset(members);
    json_.StartObject();
    putTail(json_, summary, tail, form_.values, available_ms_, millisecondsSinceStart());
    json_.EndObject();
    const std::string_view object = viewOf(members);
    if (form_.shape == Shape::Lines) {
        if (begun_) {
            putRaw(out, kLineBegin);
        }
        putRaw(out, "{\"$event\":\"Summary\",\"_body\":");
        putRaw(out, object);
        putRaw(out, "}\n");
    } else if (begun_) {
        putRaw(out, "]}");
        if (object.size() > 2) {
            out.Put(',');
        }
        putRaw(out, object.substr(1));
    } else {
        putRaw(out, object);
    }
    close(202);
}

void StatementAnswer::fail(const ErrorAnswer& error) {
    if (!spooled_) {
        exchange_.buffer.Clear();
        replyError(exchange_, error, form_);
        return;
    }
    exchange_.spool.limitTo(std::numeric_limits<std::uint64_t>::max());  // the end is short, and must get there
    JsonBuffer& out = exchange_.buffer;
    if (form_.shape == Shape::Csv) {
        // Nothing in CSV can say that rows are missing, so the connection is cut before its end.
        if (!flowing_) {
            exchange_.reply.status = 202;
            exchange_.reply.content_type = form_.content_type;
            exchange_.streamed = true;
        }
        put(viewOf(out), true, true);
        return;
    }
    if (form_.shape == Shape::Lines) {
        putRaw(out, kLineBegin);
        json_.Reset(out);
        putErrorEvent(json_, error);
        putRaw(out, "\n");
    } else {
        putRaw(out, "]},\"errors\":");
        json_.Reset(out);
        putErrors(json_, error);
        putRaw(out, "}");
    }
    close(202);
}

void replyJson(Exchange& exchange, int status, std::string_view content_type) {
    exchange.reply.status = status;
    exchange.reply.content_type = content_type;
    exchange.reply.body = viewOf(exchange.buffer);
}

void replyError(Exchange& exchange, const ErrorAnswer& error, const AnswerForm& form) {
    exchange.buffer.Clear();
    JsonWriter json(exchange.buffer);
    if (form.shape == Shape::Lines) {
        putErrorEvent(json, error);
        putRaw(exchange.buffer, "\n");
    } else {
        json.StartObject();
        putKey(json, "errors");
        putErrors(json, error);
        json.EndObject();
    }
    if (error.retry_later) {
        exchange.reply.headers += "Retry-After: 1\r\n";
    }
    replyJson(exchange, error.status, form.shape == Shape::Csv ? "application/json" : form.content_type);
}

}  // namespace xinpu::server
