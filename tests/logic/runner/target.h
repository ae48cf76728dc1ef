// tests/logic/runner/target.h
#pragma once
// What statements are sent to: an engine in this process, or a server over HTTP or Bolt; and what came back.

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace xinpu::logic {

/// Settings of a variant file (tests/logic/variants/*.conf): key=value lines.
struct Variant {
    std::string name = "plain";
    bool reopen_each = false;                 ///< reopen=each
    std::optional<std::uint64_t> merge_at{};  ///< merge_at=N, or never
    std::size_t batch_rows = 1'024;           ///< batch_rows=N
    bool optimize = true;                     ///< optimize=off
    bool plan_cache = true;                   ///< plan_cache=off
    bool http = false;                        ///< through=http
    bool bolt = false;                        ///< through=bolt
    bool plans = true;                        ///< plans=off: sections about plans are left out
};
/// @throws BadTest
Variant readVariant(const std::filesystem::path& path);

struct Failure {
    std::string error_class;  ///< "SyntaxError"; over HTTP and Bolt the code and the message, which hold it
    std::string detail;       ///< over HTTP and Bolt the message
    std::optional<std::pair<std::uint32_t, std::uint32_t>> at;
    std::string message;
    bool text = false;  ///< class and detail are looked for inside the texts
};

struct Outcome {
    std::optional<Failure> failure{};
    std::vector<std::string> fields{};
    std::vector<std::vector<std::string>> rows{};  ///< canonical texts
    std::map<std::string, std::uint64_t> counters{};
    std::vector<std::string> operators{};  ///< of the plan, where the statement explains
};

/// One database at a time. Threads: one.
class Target {
public:
    virtual ~Target() = default;
    /// Goes to a fresh database with what `fixture` holds; statements before it that changed nothing leave it
    /// fresh.
    virtual void fresh(const std::string& fixture, const std::vector<std::string>& statements) = 0;
    virtual Outcome run(const std::string& statement, const std::string& parameters) = 0;
    virtual void reopen() = 0;
    /// Who sends what follows: "admin", or "analyst", who sees personal properties masked. A fresh database
    /// begins with admin.
    virtual void actAs(const std::string& role) = 0;
};

/// An engine in this process; its files lie in a folder of their own below `scratch`.
std::unique_ptr<Target> openEmbedded(const Variant& variant, const std::filesystem::path& scratch);
/// Starts `xinpu serve --dev` on a free port of loopback and ends it at destruction.
std::unique_ptr<Target> openServer(const std::filesystem::path& program,
                                   const std::filesystem::path& scratch);
/// The same with keys instead of --dev, for roles over Bolt.
std::unique_ptr<Target> openBoltServer(const std::filesystem::path& program,
                                       const std::filesystem::path& scratch);

}  // namespace xinpu::logic
