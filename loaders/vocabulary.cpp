// loaders/vocabulary.cpp
// The lists, and a search that costs one hash and mostly one comparison.

#include "loaders/vocabulary.h"

#include <array>
#include <cstddef>

namespace xinpu::loaders {
namespace {

/// A delivered word and the number of the id that it stands for.
struct Alias {
    std::string_view word;
    std::uint8_t number;
};

constexpr std::size_t hashOf(std::string_view word) noexcept {
    std::uint32_t hash = 2166136261U;  // FNV-1a
    for (const char c : word) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    }
    return hash;
}

/// Open addressing over a list, built when compiling. Half of the slots stay empty, so a search ends soon.
template <std::size_t kIds, std::size_t kAliases>
class WordList {
    static constexpr std::size_t kSlots = 256;
    static_assert((kIds + kAliases) * 2 <= kSlots);

public:
    constexpr WordList(const std::array<std::string_view, kIds>& ids,
                       const std::array<Alias, kAliases>& aliases)
        : ids_(ids) {
        for (std::size_t i = 0; i < kIds; ++i) {
            put({ids[i], static_cast<std::uint8_t>(i)});
        }
        for (const Alias& alias : aliases) {
            put(alias);
        }
    }

    std::optional<Word> find(std::string_view word) const noexcept {
        for (std::size_t at = hashOf(word) % kSlots; !slots_[at].word.empty(); at = (at + 1) % kSlots) {
            if (slots_[at].word == word) {
                return Word{.number = slots_[at].number, .id = ids_[slots_[at].number]};
            }
        }
        return std::nullopt;
    }

    std::span<const std::string_view> ids() const noexcept { return ids_; }

private:
    constexpr void put(Alias alias) {
        std::size_t at = hashOf(alias.word) % kSlots;
        while (!slots_[at].word.empty()) {
            at = (at + 1) % kSlots;
        }
        slots_[at] = alias;
    }

    std::array<std::string_view, kIds> ids_;
    std::array<Alias, kSlots> slots_{};
};

constexpr std::array<std::string_view, 3> kSubjectKindIds = {"company", "organisation",
                                                             "individual_business"};
constexpr std::array<Alias, 4> kSubjectKindAliases = {
    {{"企业", 0}, {"公司", 0}, {"其他组织", 1}, {"个体工商户", 2}}};
constexpr WordList kSubjectKinds(kSubjectKindIds, kSubjectKindAliases);

constexpr std::array<std::string_view, 5> kSubjectStatusIds = {"active", "cancelled", "revoked", "moved",
                                                               "annulled"};
constexpr std::array<Alias, 6> kSubjectStatusAliases = {
    {{"存续", 0}, {"在营", 0}, {"注销", 1}, {"吊销", 2}, {"迁出", 3}, {"撤销", 4}}};
constexpr WordList kSubjectStatuss(kSubjectStatusIds, kSubjectStatusAliases);

constexpr std::array<std::string_view, 4> kInvestorKindIds = {"person", "company", "organisation",
                                                              "individual_business"};
constexpr std::array<Alias, 2> kInvestorKindAliases = {{{"自然人", 0}, {"企业法人", 1}}};
constexpr WordList kInvestorKinds(kInvestorKindIds, kInvestorKindAliases);

constexpr std::array<std::string_view, 8> kRoleIds = {
    "legal_representative", "managing_partner", "chairman", "director",
    "supervisor",           "manager",          "finance",  "board_secretary"};
constexpr std::array<Alias, 8> kRoleAliases = {{{"法定代表人", 0},
                                                {"执行事务合伙人", 1},
                                                {"董事长", 2},
                                                {"董事", 3},
                                                {"监事", 4},
                                                {"经理", 5},
                                                {"财务负责人", 6},
                                                {"董事会秘书", 7}}};
constexpr WordList kRoles(kRoleIds, kRoleAliases);

constexpr std::array<std::string_view, 14> kPenaltyKindIds = {"warning",
                                                              "criticism",
                                                              "fine",
                                                              "confiscate-income",
                                                              "confiscate-property",
                                                              "suspend-licence",
                                                              "downgrade",
                                                              "revoke-licence",
                                                              "restrict-business",
                                                              "suspend-business",
                                                              "close",
                                                              "bar",
                                                              "detention",
                                                              "other"};
// As the statistics form lists them, lightest to gravest; old words count as the graver of the two they join.
constexpr std::array<Alias, 18> kPenaltyKindAliases = {{{"警告", 0},
                                                        {"通报批评", 1},
                                                        {"罚款", 2},
                                                        {"没收违法所得", 3},
                                                        {"没收违法所得、没收非法财物", 3},
                                                        {"没收非法财物", 4},
                                                        {"暂扣许可证件", 5},
                                                        {"暂扣许可证", 5},
                                                        {"降低资质等级", 6},
                                                        {"吊销许可证件", 7},
                                                        {"吊销许可证", 7},
                                                        {"暂扣或者吊销许可证、执照", 7},
                                                        {"限制开展生产经营活动", 8},
                                                        {"责令停产停业", 9},
                                                        {"责令关闭", 10},
                                                        {"限制从业", 11},
                                                        {"行政拘留", 12},
                                                        {"其他", 13}}};
constexpr WordList kPenaltyKinds(kPenaltyKindIds, kPenaltyKindAliases);

constexpr std::array<std::string_view, 3> kSeverityIds = {"minor", "general", "serious"};
// The generator's files grade up to 4.
constexpr std::array<Alias, 7> kSeverityAliases = {
    {{"1", 0}, {"轻微", 0}, {"2", 1}, {"一般", 1}, {"3", 2}, {"4", 2}, {"严重", 2}}};
constexpr WordList kSeveritys(kSeverityIds, kSeverityAliases);

constexpr std::array<std::string_view, 44> kDomainIds = {"civil-defence",
                                                         "development-reform",
                                                         "education",
                                                         "industry-it",
                                                         "public-security",
                                                         "civil-affairs",
                                                         "justice",
                                                         "finance",
                                                         "human-resources",
                                                         "natural-resources",
                                                         "environment",
                                                         "housing-construction",
                                                         "transport",
                                                         "water",
                                                         "agriculture",
                                                         "culture-tourism-sports",
                                                         "health",
                                                         "emergency",
                                                         "market-regulation",
                                                         "statistics",
                                                         "urban-management",
                                                         "forestry",
                                                         "fire-rescue",
                                                         "housing-fund",
                                                         "tobacco",
                                                         "comprehensive-enforcement",
                                                         "press",
                                                         "copyright",
                                                         "science",
                                                         "ethnic-religious",
                                                         "social-organisations",
                                                         "commerce",
                                                         "veterans",
                                                         "local-finance",
                                                         "grain-reserves",
                                                         "energy",
                                                         "tcm",
                                                         "court-enforcement",
                                                         "tax",
                                                         "customs",
                                                         "medical-insurance",
                                                         "public-resources",
                                                         "cyberspace",
                                                         "communications"};
// The city's 26 in the plan's order, then those that the province and others added.
constexpr std::array<Alias, 44> kDomainAliases = {{{"人民防空", 0},
                                                   {"发展和改革", 1},
                                                   {"教育", 2},
                                                   {"工业和信息化", 3},
                                                   {"公安", 4},
                                                   {"民政", 5},
                                                   {"司法行政", 6},
                                                   {"财政", 7},
                                                   {"人力资源和社会保障", 8},
                                                   {"自然资源", 9},
                                                   {"生态环境", 10},
                                                   {"住房和城乡建设", 11},
                                                   {"交通运输", 12},
                                                   {"水务", 13},
                                                   {"农业农村", 14},
                                                   {"文化广电旅游体育", 15},
                                                   {"卫生健康", 16},
                                                   {"应急管理", 17},
                                                   {"市场监督管理", 18},
                                                   {"统计", 19},
                                                   {"城市管理和综合执法", 20},
                                                   {"林业", 21},
                                                   {"消防救援", 22},
                                                   {"住房公积金", 23},
                                                   {"烟草专卖", 24},
                                                   {"行政综合执法", 25},
                                                   {"新闻出版", 26},
                                                   {"版权", 27},
                                                   {"科技", 28},
                                                   {"民族宗教", 29},
                                                   {"社会组织", 30},
                                                   {"商务", 31},
                                                   {"退役军人事务", 32},
                                                   {"地方金融监管", 33},
                                                   {"粮食和储备", 34},
                                                   {"能源", 35},
                                                   {"中医药", 36},
                                                   {"法院执行", 37},
                                                   {"税务", 38},
                                                   {"海关", 39},
                                                   {"医疗保障", 40},
                                                   {"公共资源交易", 41},
                                                   {"网信", 42},
                                                   {"通信", 43}}};
constexpr WordList kDomains(kDomainIds, kDomainAliases);

}  // namespace

std::optional<Word> subjectKind(std::string_view word) noexcept {
    return kSubjectKinds.find(word);
}
std::optional<Word> subjectStatus(std::string_view word) noexcept {
    return kSubjectStatuss.find(word);
}
std::optional<Word> investorKind(std::string_view word) noexcept {
    return kInvestorKinds.find(word);
}
std::optional<Word> role(std::string_view word) noexcept {
    return kRoles.find(word);
}
std::optional<Word> penaltyKind(std::string_view word) noexcept {
    return kPenaltyKinds.find(word);
}
std::optional<Word> severity(std::string_view word) noexcept {
    return kSeveritys.find(word);
}
std::optional<Word> domain(std::string_view word) noexcept {
    return kDomains.find(word);
}

std::span<const std::string_view> subjectKindIds() noexcept {
    return kSubjectKinds.ids();
}
std::span<const std::string_view> subjectStatusIds() noexcept {
    return kSubjectStatuss.ids();
}
std::span<const std::string_view> investorKindIds() noexcept {
    return kInvestorKinds.ids();
}
std::span<const std::string_view> roleIds() noexcept {
    return kRoles.ids();
}
std::span<const std::string_view> penaltyKindIds() noexcept {
    return kPenaltyKinds.ids();
}
std::span<const std::string_view> severityIds() noexcept {
    return kSeveritys.ids();
}
std::span<const std::string_view> domainIds() noexcept {
    return kDomains.ids();
}

}  // namespace xinpu::loaders
