// server/write_slot.h
#pragma once
// A place among the statements that write or wait for the writer: beyond a number of them others are refused.

#include <atomic>
#include <cstddef>

#include <fmt/format.h>

#include "server/error_status.h"
#include "xinpu/error.h"

namespace xinpu::server {

class WriteSlot {
public:
    /// @throws Error(Limit, LockAcquisitionTimeout) if `most` are taken
    WriteSlot(std::atomic<std::size_t>& taken, std::size_t most) : taken_(taken) {
        if (taken_.fetch_add(1) >= most) {
            taken_.fetch_sub(1);
            throw Error(ErrorCode::Limit,
                        fmt::format("{} statements wait for the writer already; try again.", most),
                        details::kWriterBusy);
        }
    }
    ~WriteSlot() { taken_.fetch_sub(1); }
    WriteSlot(const WriteSlot&) = delete;
    WriteSlot& operator=(const WriteSlot&) = delete;

private:
    std::atomic<std::size_t>& taken_;
};

}  // namespace xinpu::server
