// credit/identity/uscc.cpp
// GB 32100-2015: alphabet of 31 characters, weights 3^(i-1) mod 31, sum over all 18 divisible by 31.

#include "credit/identity/uscc.h"

#include <algorithm>
#include <array>

#include "credit/identity/half_width.h"

namespace xinpu::credit {
namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
static_assert(kAlphabet.size() == 31);

constexpr std::uint8_t kNoValue = 0xFF;

constexpr std::array<std::uint8_t, 256> kValues = [] {
    std::array<std::uint8_t, 256> values{};
    values.fill(kNoValue);
    for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
        values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
    }
    return values;
}();

constexpr std::array<std::uint8_t, kUsccLength - 1> kWeights = [] {
    std::array<std::uint8_t, kUsccLength - 1> weights{};
    unsigned weight = 1;
    for (std::uint8_t& each : weights) {
        each = static_cast<std::uint8_t>(weight);
        weight = weight * 3 % 31;
    }
    return weights;
}();
static_assert(kWeights.back() == 28);  // the last weight that the standard prints

std::uint8_t valueOf(char c) noexcept {
    return kValues[static_cast<unsigned char>(c)];
}

struct Kind {
    std::string_view code;
    std::string_view name;
};
constexpr Kind kKinds[] = {
    {"11", "机关"},
    {"12", "事业单位"},
    {"13", "群众团体"},
    {"19", "其他机构编制单位"},
    {"21", "外国常驻新闻机构"},
    {"29", "其他外交机构"},
    {"31", "律师执业机构"},
    {"32", "公证处"},
    {"33", "基层法律服务所"},
    {"34", "司法鉴定机构"},
    {"35", "仲裁委员会"},
    {"39", "其他司法行政机构"},
    {"41", "外国在华文化中心"},
    {"49", "其他文化机构"},
    {"51", "社会团体"},
    {"52", "民办非企业单位"},
    {"53", "基金会"},
    {"59", "其他社会组织"},
    {"61", "外国旅游部门常驻代表机构"},
    {"62", "港澳台地区旅游部门常驻内地（大陆）代表机构"},
    {"69", "其他旅游机构"},
    {"71", "宗教活动场所"},
    {"72", "宗教院校"},
    {"79", "其他宗教机构"},
    {"81", "基层工会"},
    {"89", "其他工会机构"},
    {"91", "企业"},
    {"92", "个体工商户"},
    {"93", "农民专业合作社"},
    {"A1", "军队事业单位"},
    {"A9", "其他军队机构"},
    {"N1", "组级集体经济组织"},
    {"N2", "村级集体经济组织"},
    {"N3", "乡镇级集体经济组织"},
    {"N9", "其他农业机构"},
    {"Y1", "其他"},
};

}  // namespace

std::string normaliseUscc(std::string_view text) {
    std::string code;
    code.reserve(kUsccLength);
    appendHalfWidth(trim(text), code);
    for (char& c : code) {
        if (c >= 'a' && c <= 'z') {
            c = static_cast<char>(c - 'a' + 'A');
        }
    }
    return code;
}

std::optional<char> usccCheckCharacter(std::string_view code) noexcept {
    if (code.size() < kWeights.size()) {
        return std::nullopt;
    }
    unsigned sum = 0;
    for (std::size_t i = 0; i < kWeights.size(); ++i) {
        const std::uint8_t value = valueOf(code[i]);
        if (value == kNoValue) {
            return std::nullopt;
        }
        sum += unsigned{value} * kWeights[i];
    }
    return kAlphabet[(31 - sum % 31) % 31];
}

bool usccPlaceholder(std::string_view code) noexcept {
    if (code.size() != kUsccLength) {
        return false;
    }
    if (code.find_first_not_of(code.front()) == std::string_view::npos) {
        return true;
    }
    constexpr std::string_view kRunning[] = {"123456789012345678", "012345678901234567", "987654321098765432",
                                             "987654321012345678"};
    return std::find(std::begin(kRunning), std::end(kRunning), code) != std::end(kRunning) ||
           usccOrganisationCode(code) == "000000000";
}

UsccFault checkUscc(std::string_view code) noexcept {
    if (code.size() != kUsccLength) {
        return UsccFault::Length;
    }
    // Placeholders first: 18 zeros pass the check digit, and "XXX…" deserves the better word than a wrong
    // digit.
    if (usccPlaceholder(code)) {
        return UsccFault::Placeholder;
    }
    const std::optional<char> check = usccCheckCharacter(code);
    if (!check || valueOf(code.back()) == kNoValue) {
        return UsccFault::Alphabet;
    }
    return *check == code.back() ? UsccFault::None : UsccFault::CheckDigit;
}

std::string_view usccRegion(std::string_view code) noexcept {
    if (!usccValid(code)) {
        return {};
    }
    const std::string_view region = code.substr(2, 6);
    const bool digits =
        std::all_of(region.begin(), region.end(), [](char c) { return c >= '0' && c <= '9'; });
    return digits ? region : std::string_view{};
}

std::string_view usccKind(std::string_view code) noexcept {
    return usccValid(code) ? code.substr(0, 2) : std::string_view{};
}

std::string_view usccKindName(std::string_view kind) noexcept {
    const auto* found = std::find_if(std::begin(kKinds), std::end(kKinds),
                                     [&](const Kind& each) { return each.code == kind; });
    return found != std::end(kKinds) ? found->name : std::string_view{};
}

SubjectClass subjectClass(std::string_view kind) noexcept {
    if (kind == "91") {
        return SubjectClass::Company;
    }
    return kind == "92" ? SubjectClass::IndividualBusiness : SubjectClass::Organisation;
}

std::string_view usccOrganisationCode(std::string_view code) noexcept {
    return code.size() == kUsccLength ? code.substr(8, 9) : std::string_view{};
}

}  // namespace xinpu::credit
