// server/bolt/session.cpp
// A state machine: which requests a state takes, and what they are answered with.
#include "server/bolt/session.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "server/bolt/structure_tags.h"
#include "server/error_status.h"
#include "xinpu/error.h"

namespace xinpu::server::bolt {
namespace {

constexpr Version kTelemetryMessage{5, 4};

}  // namespace

Session::Session(Service& service, RequestMemory& memory, Version version, Ends ends,
                 std::function<void()> wake)
    : service_(service), memory_(memory), version_(version), ends_(std::move(ends)), wake_(std::move(wake)),
      form_(WireForm::of(version)) {}

Session::Next Session::success(const MapWriter& metadata) {
    pending_ = Pending::Nothing;
    putSuccess(out_, metadata);
    return Next::Done;
}

Session::Next Session::ignored() {
    pending_ = Pending::Nothing;
    putIgnored(out_);
    return Next::Done;
}

Session::Next Session::fail(const Failure& failure) {
    if (interrupts_ > 0) {
        return ignored();
    }
    pending_ = Pending::Nothing;
    putFailure(out_, version_, failure);
    state_ = State::Failed;
    return Next::Done;
}

Session::Next Session::refuse(std::string_view why) {
    giveUp(Error(ErrorCode::Usage, std::string(why), details::kMalformed));
    return Next::Close;
}

void Session::giveUp(const Error& error) {
    putFailure(out_, version_, Failure::of(error, {}));
}

std::optional<Session::Task> Session::takeTask() {
    return std::exchange(task_, std::nullopt);
}

void Session::refuseTask() {
    working_->failure =
        Failure::of(Error(ErrorCode::Limit, "The server has too much to do; try again.", details::kBusy), {});
    working_->moveTo(Job::Phase::Done);
}

void Session::interrupt() noexcept {
    ++interrupts_;
    if (working_ != nullptr) {
        working_->cancelled.store(true);
    }
}

std::optional<Session::Task> Session::end() {
    if (!inTransaction()) {
        return std::nullopt;
    }
    const auto lane = service_.transactions().holdsWriter(transaction_) ? WorkerPool::Lane::HoldsWriter
                                                                        : WorkerPool::Lane::Usual;
    return Task{lane, [&service = service_, job = std::make_shared<Job>(), id = transaction_,
                       database = database_, principal = principal_] {
                    bolt::endTransaction(service, *job, id, database, principal, false);
                }};
}

std::shared_ptr<Job> Session::newJob() {
    working_ = std::make_shared<Job>();
    working_->wake = wake_;
    return working_;
}

Session::Next Session::start(Pending pending, std::function<void()> task) {
    pending_ = pending;
    if (workerIsFree()) {
        task();
    } else {
        deferred_ = std::move(task);
    }
    return Next::Wait;
}

Session::Next Session::take(std::string_view bytes) {
    const bool is_structure = bytes.size() > 1 && (static_cast<unsigned char>(bytes[0]) & 0xF0) == 0xB0;
    const auto tag = is_structure ? static_cast<std::uint8_t>(bytes[1]) : std::uint8_t{0};
    if (tag == tags::kGoodbye) {
        return Next::Close;
    }
    if ((state_ == State::Failed || interrupts_ > 0) && tag != tags::kReset && is_structure) {
        return ignored();
    }
    Message message;
    std::string why;
    const Decoded decoded = decodeMessage(bytes, form_.instants, message, why);
    if (decoded == Decoded::Malformed) {
        return refuse(why.empty() ? "A message cannot be read." : why);
    }
    try {
        if (decoded == Decoded::Unsupported) {
            throw Error(ErrorCode::Usage, why, details::kMalformed);
        }
        return dispatch(message);
    } catch (const Error& error) {
        return loggedOn() ? fail(Failure::of(error, {})) : refuse(error.message());
    } catch (const std::exception& unexpected) {
        giveUp(unexpectedError(unexpected));
        return Next::Close;
    }
}

Session::Next Session::dispatch(Message& message) {
    const bool ready = state_ == State::Ready;
    const bool within = state_ == State::Transaction;
    switch (message.tag) {
    case tags::kHello:
        return state_ == State::Negotiation ? hello(message) : refuse("HELLO comes first, and once.");
    case tags::kLogon:
        return state_ == State::Authentication ? logon(message) : refuse("LOGON is not expected now.");
    case tags::kLogoff:
        if (!ready || version_ < kLogonMessage) {
            return refuse("LOGOFF is not expected now.");
        }
        state_ = State::Authentication;
        principal_ = {};
        return success({});
    case tags::kReset:
        return loggedOn() ? reset() : refuse("RESET is not expected before the client is known.");
    case tags::kRun:
        return ready || within ? run(message) : refuse("RUN is not expected now.");
    case tags::kBegin:
        return ready ? begin(message) : refuse("BEGIN is not expected now.");
    case tags::kCommit:
    case tags::kRollback:
        return within ? endTransaction(message.tag == tags::kCommit)
                      : refuse("COMMIT and ROLLBACK end a transaction, and there is none.");
    case tags::kPull:
    case tags::kDiscard:
        return (state_ == State::Streaming || within) && !results_.empty()
                   ? pull(message, message.tag == tags::kDiscard)
                   : refuse("PULL and DISCARD follow a RUN.");
    case tags::kRoute:
        return ready ? route(message) : refuse("ROUTE is not expected now.");
    case tags::kTelemetry:
        return version_ >= kTelemetryMessage && loggedOn() ? success({})
                                                           : refuse("TELEMETRY is not expected now.");
    default:
        return refuse(fmt::format("The message 0x{:02X} is not of Bolt {}.{}.", message.tag, version_.major,
                                  version_.minor));
    }
}

}  // namespace xinpu::server::bolt
