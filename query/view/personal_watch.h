// query/view/personal_watch.h
#pragma once
// How one run sees properties of the class personal: masked, or in clear and noted.

#include <string>
#include <string_view>

#include "engine/catalog/personal_class.h"
#include "engine/value/value.h"

namespace xinpu::query {

/// The masked form of a text, as a domain wants it: "张三" is "张*".
using MaskText = std::string (*)(std::string_view text);

/// Threads: one. Lifetime: borrows the class.
class PersonalWatch {
public:
    /// Reads give values in clear; whether some were personal is noted where that costs nothing: of whole
    /// records, and of properties that are named while running.
    explicit PersonalWatch(const engine::PersonalClass& personal) : personal_(&personal) {}
    /// Reads give masked values: texts by `mask` (absent: null too), everything else null.
    PersonalWatch(const engine::PersonalClass& personal, MaskText mask)
        : personal_(&personal), mask_(mask), masks_(true) {}

    const engine::PersonalClass& personal() const noexcept { return *personal_; }
    bool masks() const noexcept { return masks_; }
    /// Whether a personal property was read.
    bool touched() const noexcept { return touched_; }
    void touch() noexcept { touched_ = true; }

    /// What a run may see of the value of a personal property; notes that it was read.
    engine::Value seen(engine::Value value) {
        if (value.isNull()) {
            return value;
        }
        touched_ = true;
        if (!masks_) {
            return value;
        }
        if (value.kind() == engine::Kind::String && mask_ != nullptr) {
            return engine::Value::of(mask_(value.string()));
        }
        return {};
    }

private:
    const engine::PersonalClass* personal_;
    MaskText mask_ = nullptr;
    bool masks_ = false;
    bool touched_ = false;
};

}  // namespace xinpu::query
