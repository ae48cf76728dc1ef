// loaders/messages.cpp
// The catalogue. Names in braces are filled from MessageValues.

#include "loaders/messages.h"

#include <array>

#include "credit/identity/personal_data.h"
#include "loaders/utf8.h"
#include "xinpu/assert.h"

namespace xinpu::loaders {
namespace {

struct Entry {
    MessageId id;
    std::string_view code;
    std::string_view zh;
    std::string_view en;
};

constexpr Entry kEntries[] = {
    {MessageId::Required, "REQUIRED", "{column}不能为空", "{column} must not be empty"},
    {MessageId::TooLong, "TOO_LONG", "{column}超过{n}个字符", "{column} is longer than {n} characters"},
    {MessageId::BadChar, "BAD_CHAR", "{column}含非法字符", "{column} holds a control character"},
    {MessageId::CodeUnknown, "CODE_UNKNOWN", "{column}的值“{value}”不在代码表中",
     "the value “{value}” of {column} is not in the code list"},
    {MessageId::UsccInvalid, "USCC_INVALID", "统一社会信用代码“{value}”校验不通过：应为“{expected}”",
     "the unified social credit code “{value}” fails its check: it should be “{expected}”"},
    {MessageId::UsccMalformed, "USCC_INVALID",
     "统一社会信用代码“{value}”校验不通过：应为18位数字或大写字母（不含I、O、S、V、Z）",
     "the unified social credit code “{value}” fails its check: 18 digits or capital letters without I, O, "
     "S, V, Z"},
    {MessageId::UsccPlaceholder, "USCC_PLACEHOLDER", "统一社会信用代码不得用占位值",
     "the unified social credit code must not be a dummy value"},
    {MessageId::UsccRequired, "USCC_REQUIRED", "法人及非法人组织必须填写统一社会信用代码",
     "an organisation must give its unified social credit code"},
    {MessageId::RegistrationNumberInvalid, "REGNO_INVALID", "工商注册号校验不通过",
     "the registration number fails its check"},
    {MessageId::CodeRequired, "CODE_REQUIRED", "个体工商户须至少填写代码_1或代码_2",
     "an individual business must give code 1 or code 2"},
    {MessageId::OrganisationCodeInvalid, "ORGCODE_INVALID", "组织机构代码校验不通过",
     "the organisation code fails its check"},
    {MessageId::OrganisationCodeDiffers, "ORGCODE_INVALID", "组织机构代码与统一社会信用代码不一致",
     "the organisation code differs from the one in the unified social credit code"},
    {MessageId::IdNumberInvalid, "IDNO_INVALID", "证件号码校验不通过（第{line}行）",
     "the document number fails its check (line {line})"},
    {MessageId::CategoryInconsistent, "CATEGORY_INCONSISTENT", "处罚类别与{column}不一致",
     "the kinds of penalty do not agree with {column}"},
    {MessageId::AmountInvalid, "AMOUNT_INVALID", "金额格式不正确", "“{value}” is not an amount"},
    {MessageId::AmountUnit, "AMOUNT_UNIT", "金额疑似以元填报",
     "the amount may be in yuan instead of 10,000 yuan"},
    {MessageId::DateInvalid, "DATE_INVALID", "日期“{value}”格式不正确", "“{value}” is not a date"},
    {MessageId::DateRange, "DATE_RANGE", "处罚决定日期不得晚于今天",
     "the decision date must not be after today"},
    {MessageId::DateTooEarly, "DATE_RANGE", "处罚决定日期不得早于1949-10-01",
     "the decision date must not be before 1949-10-01"},
    {MessageId::DateOrder, "DATE_ORDER", "{column}不得早于处罚决定日期",
     "{column} must not be before the decision date"},
    {MessageId::DateTooLong, "DATE_ORDER", "{column}晚于处罚决定日期之后三年",
     "{column} is more than 3 years after the decision date"},
    {MessageId::SpanOrder, "DATE_ORDER", "{column}须晚于{expected}", "{column} must be after {expected}"},
    {MessageId::PersonalData, "PERSONAL_DATA", "{column}含个人敏感信息，已遮蔽",
     "{column} held personal data, now masked"},
    {MessageId::PersonalKey, "PERSONAL_DATA", "{column}为证件号码，应使用假名标识",
     "{column} is a document number; a pseudonym is wanted"},
    {MessageId::DuplicateKey, "DUPLICATE_KEY", "同一批次内决定书文号重复且内容不同",
     "the same document number stands twice in this batch with different content"},
    {MessageId::DuplicateRow, "DUPLICATE_KEY", "同一批次内“{value}”重复且内容不同",
     "“{value}” stands twice in this batch with different content"},
    {MessageId::Late, "LATE", "超过{n}个工作日归集期限",
     "delivered more than {n} working days after the decision"},
    {MessageId::ShareRange, "SHARE_RANGE", "{column}“{value}”应为0到100之间的数",
     "{column} “{value}” must be a number from 0 to 100"},
    {MessageId::ShareSum, "SHARE_SUM", "同一企业同一日期持股比例合计超过100%",
     "the shares in one firm add up to more than 100 % on one day"},
    {MessageId::SelfHolding, "SELF_HOLDING", "股东与被投资企业相同", "the holder is the firm itself"},
    {MessageId::Overlap, "OVERLAP", "同一股东与企业的出资期间重叠",
     "two stakes of one holder in one firm overlap"},
    {MessageId::SubjectUnknown, "SUBJECT_UNKNOWN", "{column}“{value}”对应的主体不存在",
     "there is no subject “{value}” ({column})"},
    {MessageId::PersonUnknown, "SUBJECT_UNKNOWN", "{column}“{value}”对应的自然人不存在",
     "there is no person “{value}” ({column})"},
    {MessageId::SubjectAmbiguous, "SUBJECT_AMBIGUOUS", "{column}“{value}”对应多个主体",
     "“{value}” ({column}) fits several subjects"},
    {MessageId::SupplierMismatch, "SUPPLIER_MISMATCH", "数据来源单位与报送单位不一致",
     "the supplier in the row is not the sender"},
    {MessageId::HeaderUnknown, "HEADER_UNKNOWN", "表头“{value}”无法识别",
     "the header “{value}” is not known"},
    {MessageId::HeaderMissing, "HEADER_MISSING", "表头缺少“{value}”", "the header “{value}” is missing"},
    {MessageId::HeaderTwice, "HEADER_UNKNOWN", "表头“{value}”重复", "the header “{value}” stands twice"},
    {MessageId::Encoding, "ENCODING", "第{line}行第{at}个字符处不是UTF-8编码",
     "not UTF-8 at line {line}, character {at}"},
    {MessageId::QuoteInField, "CSV_STRUCTURE", "第{line}行第{at}个字符：字段中间出现引号",
     "line {line}, character {at}: a quote inside a field"},
    {MessageId::TextAfterQuote, "CSV_STRUCTURE", "第{line}行第{at}个字符：引号之后应为分隔符或换行",
     "line {line}, character {at}: a delimiter or line end must follow the closing quote"},
    {MessageId::QuoteNotClosed, "CSV_STRUCTURE", "第{line}行第{at}个字符：引号未闭合",
     "line {line}, character {at}: the quote is not closed"},
    {MessageId::FieldCount, "CSV_STRUCTURE", "第{line}行有{found}个字段，应为{n}个",
     "line {line} has {found} fields instead of {n}"},
    {MessageId::RowTooLong, "CSV_STRUCTURE", "第{line}行过长", "line {line} is too long"},
};
static_assert(std::size(kEntries) == static_cast<std::size_t>(MessageId::kCount));
static_assert([] {
    for (std::size_t i = 0; i < std::size(kEntries); ++i) {
        if (static_cast<std::size_t>(kEntries[i].id) != i) {
            return false;
        }
    }
    return true;
}());

const Entry& entryOf(MessageId id) noexcept {
    XINPU_ASSERT(id < MessageId::kCount);
    return kEntries[static_cast<std::size_t>(id)];
}

void appendMasked(std::string_view text, std::string& out) {
    const std::optional<std::string> masked = credit::maskPersonalData(text);
    out += masked ? std::string_view{*masked} : text;
}

/// Masked before the cut, so that no beginning of a number stays, and after it, for the cut may leave what
/// looks like another one.
void appendValue(std::string_view value, std::string& out) {
    std::string shown;
    appendMasked(value, shown);
    std::size_t characters = 0;
    for (std::size_t i = 0; i < shown.size(); ++i) {
        if ((static_cast<unsigned char>(shown[i]) & 0xC0U) != 0x80U &&
            characters++ == kMessageValueCharactersMax) {
            appendMasked(std::string_view{shown}.substr(0, i), out);
            out += "…";
            return;
        }
    }
    out += shown;
}

}  // namespace

std::string_view codeOf(MessageId id) noexcept {
    return entryOf(id).code;
}

std::string_view sentence(MessageId id, Language language) noexcept {
    return language == Language::Zh ? entryOf(id).zh : entryOf(id).en;
}

std::string message(MessageId id, Language language, const MessageValues& values) {
    std::string text;
    std::string_view rest = sentence(id, language);
    for (;;) {
        const std::size_t open = rest.find('{');
        text += rest.substr(0, open);
        if (open == std::string_view::npos) {
            return text;
        }
        const std::size_t close = rest.find('}', open);
        const std::string_view name = rest.substr(open + 1, close - open - 1);
        rest.remove_prefix(close + 1);
        if (name == "column") {
            appendValue(values.column, text);
        } else if (name == "value") {
            appendValue(values.value, text);
        } else if (name == "expected") {
            appendValue(values.expected, text);
        } else {
            XINPU_ASSERT(name == "n" || name == "found" || name == "line" || name == "at");
            text += std::to_string(name == "n"       ? values.n
                                   : name == "found" ? values.found
                                   : name == "line"  ? values.line
                                                     : values.at);
        }
    }
}

}  // namespace xinpu::loaders
