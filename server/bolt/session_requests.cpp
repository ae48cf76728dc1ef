// server/bolt/session_requests.cpp
// What each request asks for: its fields are checked and its work is begun.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "server/bolt/session.h"
#include "server/error_status.h"
#include "xinpu/error.h"

namespace xinpu::server::bolt {
namespace {

using engine::Kind;
using engine::Value;

constexpr std::string_view kServerName = "Neo4j/5.26.0";  // what clients of this protocol take us for

bool asksForUtc(const Value& hello) {
    const Value* patches = memberOf(hello, "patch_bolt");
    if (patches == nullptr || patches->kind() != Kind::List) {
        return false;
    }
    return std::any_of(patches->list().begin(), patches->list().end(), [](const Value& patch) {
        return patch.kind() == Kind::String && patch.string() == "utc";
    });
}

/// What may stand in a routing table as an address.
bool isAddress(std::string_view text) noexcept {
    return !text.empty() && text.size() <= 260 && std::all_of(text.begin(), text.end(), [](char c) {
        return c > ' ' && c < '\x7F' && c != '"' && c != '/' && c != '\\';
    });
}

bool hasMapFirst(const Message& message) {
    return message.fields.size() == 1 && message.fields[0].kind() == Kind::Map;
}

}  // namespace

/// On the thread of the network, unless the key of a token has to be fetched first.
Session::Next Session::authenticate(const Value& token, std::string answer) {
    const std::string scheme = textOf(memberOf(token, "scheme"));
    const std::string secret = textOf(memberOf(token, "credentials"));
    try {
        if (scheme != "basic" && scheme != "bearer" && !service_.options().dev) {
            throw Error(
                ErrorCode::Denied,
                "No credential: the schemes are 'basic' with a key as password and 'bearer' with a key or "
                "an access token.",
                details::kUnauthorized);
        }
        letIn(service_.access().authenticate({.secret = secret,
                                              .shown = true,
                                              .act_as = {},
                                              .peer = ends_.peer,
                                              .while_fetching = WhileFetching::Tell}));
    } catch (const WaitsForKeys&) {
        logon_answer_ = std::move(answer);
        return start(Pending::Logon, [this, secret] {
            task_ = Task{WorkerPool::Lane::Usual,
                         [&service = service_, job = newJob(), secret, peer = ends_.peer] {
                             bolt::authenticate(service, *job, secret, peer);
                         }};
        });
    } catch (const Error& error) {
        giveUp(error);
        return Next::Close;
    }
    out_ += answer;
    return Next::Done;
}

void Session::letIn(Principal principal) {
    // Who may send no statement has nothing to do here: better said now than at each one.
    service_.access().require(principal, Operation::ReadStatement);
    principal_ = std::move(principal);
    state_ = State::Ready;
}

Session::Next Session::hello(const Message& message) {
    if (!hasMapFirst(message)) {
        return refuse("HELLO has one map.");
    }
    const Value& map = message.fields[0];
    MapWriter metadata;
    metadata.member("server", kServerName);
    metadata.member("connection_id", std::string_view(ends_.id));
    metadata.member("hints", MapWriter());
    if (version_.major < 5 && asksForUtc(map)) {
        form_.instants = Instants::Utc;
        PackWriter& patches = metadata.key("patch_bolt");
        patches.list(1);
        patches.text("utc");
    }
    if (const Value* routing = memberOf(map, "routing")) {
        const std::string address = textOf(memberOf(*routing, "address"));
        routed_address_ = isAddress(address) ? address : std::string();
    }
    filter_ = notificationFilterOf(map).value_or(NotificationFilter{});
    if (version_ >= kLogonMessage) {
        state_ = State::Authentication;
        return success(metadata);
    }
    std::string answer;
    putSuccess(answer, metadata);
    return authenticate(map, std::move(answer));
}

Session::Next Session::logon(const Message& message) {
    if (!hasMapFirst(message)) {
        return refuse("LOGON has one map.");
    }
    std::string answer;
    putSuccess(answer, {});
    return authenticate(message.fields[0], std::move(answer));
}

Session::Next Session::reset() {
    interrupts_ -= std::min(interrupts_, 1U);
    if (working_ != nullptr) {
        working_->cancelled.store(true);
    }
    pending_ = Pending::Reset;
    if (inTransaction()) {
        endTransaction(false);
        pending_ = Pending::Reset;
        return Next::Wait;
    }
    return resume();
}

Session::Next Session::run(Message& message) {
    if (message.fields.size() != 3 || message.fields[0].kind() != Kind::String ||
        message.fields[1].kind() != Kind::Map) {
        return refuse("RUN has a text, a map of parameters and a map.");
    }
    if (results_.size() >= kOpenResultsMax) {
        throw Error(
            ErrorCode::Usage,
            fmt::format("The transaction has {} results whose rows were not all taken: PULL or DISCARD "
                        "one to its end first.",
                        kOpenResultsMax),
            details::kMalformed);
    }
    auto work = std::make_shared<Run>();
    work->memory = RequestMemory::Share(memory_);
    if (!work->memory.resize(message.memory_bytes)) {
        throw Error(ErrorCode::Limit, "The requests of all clients take too much memory; try again.",
                    "MemoryPoolOutOfMemoryError");
    }
    work->statement = message.fields[0].string();
    const auto parameters = message.fields[1].map();
    work->parameters.assign(parameters.begin(), parameters.end());
    work->extra = inTransaction() ? transaction_extra_ : RunExtra::of(message.fields[2]);
    work->principal = principal_;
    work->form = form_;
    work->transaction = transaction_;
    work->database = database_;
    work->deadline = deadline_;
    run_filter_ = work->extra.filter.value_or(filter_);
    return start(Pending::Run, [this, work] {
        const auto lane = inTransaction() && service_.transactions().holdsWriter(transaction_)
                              ? WorkerPool::Lane::HoldsWriter
                              : WorkerPool::Lane::Usual;
        const std::shared_ptr<Job> job = newJob();
        task_ = Task{lane, [&service = service_, job, work] { runStatement(service, *job, *work); },
                     [&service = service_, job, work] { return tryStatement(service, *job, *work); }};
    });
}

Session::Next Session::begin(const Message& message) {
    if (!hasMapFirst(message)) {
        return refuse("BEGIN has one map.");
    }
    transaction_extra_ = RunExtra::of(message.fields[0]);
    deadline_.reset();
    if (transaction_extra_.time_max) {
        deadline_ = Job::Clock::now() + *transaction_extra_.time_max;
    }
    return start(Pending::Begin, [this] {
        const auto work = [&service = service_, job = newJob(), extra = transaction_extra_,
                           principal = principal_] { beginTransaction(service, *job, extra, principal); };
        task_ = Task{WorkerPool::Lane::Usual, work};
        if (beginsAtOnce(service_, transaction_extra_)) {
            task_->here = [work] { return work(), true; };
        }
    });
}

Session::Next Session::endTransaction(bool commit) {
    results_.clear();
    if (!commit && working_ != nullptr) {
        working_->cancelled.store(true);
    }
    return start(commit ? Pending::Commit : Pending::Rollback, [this, commit] {
        const bool writes = service_.transactions().holdsWriter(transaction_);
        const auto work = [&service = service_, job = newJob(), id = transaction_, database = database_,
                           principal = principal_,
                           commit] { bolt::endTransaction(service, *job, id, database, principal, commit); };
        task_ = Task{writes ? WorkerPool::Lane::HoldsWriter : WorkerPool::Lane::Usual, work};
        if (!writes) {  // there is nothing to make durable and nobody to wait for
            task_->here = [work] { return work(), true; };
        }
    });
}

Session::Next Session::pull(const Message& message, bool discard) {
    const Value* count = hasMapFirst(message) ? memberOf(message.fields[0], "n") : nullptr;
    const Value* query = hasMapFirst(message) ? memberOf(message.fields[0], "qid") : nullptr;
    if (count == nullptr || count->kind() != Kind::Integer || count->integer() < -1 ||
        count->integer() == 0 || (query != nullptr && query->kind() != Kind::Integer)) {
        return refuse("PULL and DISCARD have a map with 'n', -1 or above 0, and perhaps 'qid'.");
    }
    const std::int64_t asked = query != nullptr ? query->integer() : -1;
    const auto found = asked == -1 ? std::prev(results_.end()) : results_.find(asked);
    if (found == results_.end()) {
        return refuse(fmt::format("There is no result {}.", asked));
    }
    pulling_ = {found->second, found->first, count->integer(), discard};
    if (discard && pulling_.left == -1) {
        pulling_.job->discarding.store(true);
    }
    pending_ = Pending::Pull;
    return pump();
}

Session::Next Session::route(const Message& message) {
    if (message.fields.size() != 3 || message.fields[0].kind() != Kind::Map) {
        return refuse("ROUTE has a map, a list of bookmarks and a map.");
    }
    const std::string address = textOf(memberOf(message.fields[0], "address"));
    if (isAddress(address)) {
        routed_address_ = address;
    } else if (routed_address_.empty()) {
        routed_address_ = ends_.address;
    }
    const RunExtra extra =
        message.fields[2].kind() == Kind::Map ? RunExtra::of(message.fields[2]) : RunExtra();
    return start(Pending::Route, [this, database = extra.database] {
        task_ = Task{WorkerPool::Lane::Usual,
                     [&service = service_, job = newJob(), database, principal = principal_] {
                         findDatabase(service, *job, database, principal);
                     }};
    });
}

}  // namespace xinpu::server::bolt
