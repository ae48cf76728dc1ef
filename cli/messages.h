// cli/messages.h
#pragma once
// The catalogue of what the command line says, in English and Chinese.

#include "cli/language.h"
#include "xinpu/error.h"

namespace xinpu::cli::messages {

// Help: frame
inline constexpr Text kProgram{
    "xinpu: a property-graph database for public-credit bureaus. It answers which violations stand, within a "
    "window, against a firm and the firms tied to it.",
    "xinpu（信谱）：面向公共信用机构的属性图数据库。回答：在一段时间内，某企业及其关联企业有哪些违法违规记录"
    "。"};
inline constexpr Text kProgramExample{
    "Exit codes: 0 done, 1 the work failed, 2 wrong usage, 3 bad input data, 4 database damaged, incomplete "
    "or "
    "locked.\nExample:\n  {}\nMore: xinpu COMMAND --help",
    "退出码：0 完成，1 执行失败，2 用法错误，3 输入数据有误，4 数据库损坏、不完整或被占用。\n示例：\n  {}\n"
    "更多：xinpu 命令 --help"};
inline constexpr Text kExample{"Example:\n  {}", "示例：\n  {}"};
inline constexpr Text kUsage{"Usage", "用法"};
inline constexpr Text kOptions{"Options", "选项"};
inline constexpr Text kOptionsBadge{"OPTIONS", "选项"};
inline constexpr Text kCommandBadge{"COMMAND", "命令"};
inline constexpr Text kArguments{"Arguments", "参数"};
inline constexpr Text kRequired{"REQUIRED", "必需"};
inline constexpr Text kEnvironment{"Env", "环境变量"};
inline constexpr Text kHelpOption{"Prints this help", "显示本帮助"};
inline constexpr Text kVersionOption{"Prints the version", "显示版本"};
inline constexpr Text kLanguageOption{"Language of messages (default: from the locale)",
                                      "提示语言（默认按系统区域设置）"};
inline constexpr Text kDataOption{"Data folder", "数据目录"};
inline constexpr Text kDatabaseOption{"Name of the database", "数据库名称"};
inline constexpr Text kFormatOption{"Form of the output (default: table on a terminal, else json)",
                                    "输出格式（默认：终端为 table，否则为 json）"};

// Help: groups and commands
inline constexpr Text kGroupQuestions{"Questions", "查询"};
inline constexpr Text kGroupData{"Data", "数据"};
inline constexpr Text kGroupCare{"Care", "维护"};
inline constexpr Text kGroupAbout{"About xinpu", "关于"};
inline constexpr Text kGroupNotBuilt{"Not built yet", "尚未提供"};
inline constexpr Text kVersionCommand{"Prints the version of the program", "显示程序版本"};
inline constexpr Text kCompletionCommand{"Prints a script that completes xinpu's words in a shell",
                                         "输出命令行自动补全脚本"};
inline constexpr Text kCompletionBash{"For bash", "用于 bash"};
inline constexpr Text kCompletionZsh{"For zsh", "用于 zsh"};
inline constexpr Text kInitCommand{"Makes an empty database", "新建空数据库"};
inline constexpr Text kLoadCommand{"Loads files of companies, persons, investments, roles and penalties",
                                   "导入企业、人员、投资、任职与行政处罚数据"};
inline constexpr Text kLoadFiles{
    "companies=, persons=, investments=, roles=, penalties= and a CSV file each; those "
    "whose parties exist already may be left out",
    "companies=、persons=、investments=、roles=、penalties= 各接一个 CSV 文件；相关主体已存在时可省略"};
inline constexpr Text kLoadStrict{"One bad row refuses the whole load (exit code 3)",
                                  "有一行不合格即整批拒绝（退出码 3）"};
inline constexpr Text kLoadStubs{"Makes subjects that rows name and nobody delivered",
                                 "为未入库但被引用的主体建立占位记录"};
inline constexpr Text kLoadQuarantineOption{"Where bad rows go (default: a folder in the data folder)",
                                            "不合格数据存放目录（默认在数据目录内）"};
inline constexpr Text kLoadSupplier{"Who delivered the batch", "报送单位代码"};
inline constexpr Text kLoadDelivered{"When it was delivered", "报送时间"};
inline constexpr Text kLoadToday{"Day that dates may not lie after (default: today)", "日期上限（默认今天）"};
inline constexpr Text kLoadMemory{"Memory for sorting", "排序可用内存"};
inline constexpr Text kImportCommand{"Loads general graph CSV into a new database",
                                     "导入通用图数据 CSV 到新数据库"};
inline constexpr Text kImportNodes{"Nodes: label, header file if the data have none that fits, files",
                                   "节点：标签、表头文件（可省略）、数据文件"};
inline constexpr Text kImportRelationships{"Relationships: type, header file, files",
                                           "关系：类型、表头文件（可省略）、数据文件"};
inline constexpr Text kImportSchema{"Declarations (default: schema.json of an export beside the first file)",
                                    "结构声明文件（默认：首个文件旁由 export 写出的 schema.json）"};
inline constexpr Text kImportDelimiter{"Character between fields", "字段分隔符"};
inline constexpr Text kImportArrayDelimiter{"Character between elements of lists and between labels",
                                            "列表元素及标签之间的分隔符"};
inline constexpr Text kExportCommand{"Writes the whole database as CSV that import reads",
                                     "将整个数据库导出为可再导入的 CSV"};
inline constexpr Text kExportDestination{"Folder for the files; it is made", "导出目录（自动创建）"};
inline constexpr Text kLoadFormat{"Form of the counts", "统计输出格式"};
inline constexpr Text kTimezoneOption{"Time zone of today", "“今天”所用时区"};
inline constexpr Text kCheckCommand{
    "Checks everything in a database, a line a finding; 'ok' if there is none",
    "全面检查数据库，每个问题一行；无问题则输出 ok"};
inline constexpr Text kQuestionCommand{"Lists the violations of a firm and of the firms tied to it",
                                       "列出某企业及其关联企业的违法违规记录"};
inline constexpr Text kQuestionUscc{"Unified social credit code of the firm", "统一社会信用代码"};
inline constexpr Text kQuestionHops{"Hops of investment to walk", "投资关系跳数"};
inline constexpr Text kQuestionMinShare{"Least share of a hop in percent, included",
                                        "每跳最低持股比例（%，含）"};
inline constexpr Text kQuestionYears{"Length of the window in years", "查询年限"};
inline constexpr Text kQuestionDate{"Day of the application (default: today)", "申请日期（默认今天）"};
inline constexpr Text kBackupCommand{"Copies a database while others use it", "在线备份数据库"};
inline constexpr Text kBackupDestination{"Folder for the copy; it is made", "备份目录（自动创建）"};
inline constexpr Text kBackupCompact{"Leaves free pages out", "不复制空闲页"};
inline constexpr Text kRestoreCommand{"Puts a backup in place as a database", "将备份恢复为数据库"};
inline constexpr Text kRestoreReplace{"Replaces the database that is there", "替换已有数据库"};
inline constexpr Text kRestoreSource{"Folder of the backup", "备份所在目录"};
inline constexpr Text kCompactCommand{"Rewrites a database without its free pages", "压缩数据库，去除空闲页"};
inline constexpr Text kJournalCommand{"Shows, verifies and exports the journal of changes",
                                      "查看、校验与导出变更日志"};
inline constexpr Text kJournalTail{"Shows the last entries", "显示最近的日志条目"};
inline constexpr Text kJournalVerify{"Recomputes the hash chain", "重新计算哈希链"};
inline constexpr Text kJournalExport{"Writes the entries with their changes, a JSON object a line",
                                     "导出日志条目及其变更，每行一个 JSON 对象"};
inline constexpr Text kJournalCount{"How many entries", "条目数"};
inline constexpr Text kJournalFrom{"First entry", "起始条目"};
inline constexpr Text kJournalDestination{"File to write; - is standard output", "输出文件；- 为标准输出"};
inline constexpr Text kQueryCommand{"Runs statements", "执行查询语句"};
inline constexpr Text kShellCommand{"Runs statements as they are typed", "交互式执行查询语句"};
inline constexpr Text kServeCommand{"Serves statements over HTTP and Bolt", "启动 HTTP 与 Bolt 查询服务"};
inline constexpr Text kQueryStatement{"Statements with ';' between; '-' or nothing: from standard input",
                                      "查询语句，多条以“;”分隔；为“-”或省略时读标准输入"};
inline constexpr Text kQueryFile{"Takes the statements from a file", "从文件读取语句"};
inline constexpr Text kQueryParameter{"A parameter; as often as there are some", "查询参数，可重复给出"};
inline constexpr Text kQueryParametersFile{"Parameters as members of a JSON object", "以 JSON 对象给出参数的文件"};
inline constexpr Text kQueryCsvFolder{"Folder that LOAD CSV may read (default: none)",
                                      "LOAD CSV 可读取的目录（默认不允许）"};
inline constexpr Text kServeConfig{"Takes options from a TOML file", "从 TOML 文件读取选项"};
inline constexpr Text kServeCheckConfig{"Checks the options, prints what holds and ends", "检查各项配置，打印生效值后退出"};
inline constexpr Text kUsersCommand{"Keeps the list of users", "管理用户"};
inline constexpr Text kReportCommand{"Issues, reproduces and disposes of reports",
                                     "签发、重现与处置信用报告"};
inline constexpr Text kVerifyCommand{"Tells whether a report is genuine", "核验信用报告真伪"};
inline constexpr Text kQualityCommand{"Measures the quality of the data", "数据质量统计"};
inline constexpr Text kWatchCommand{"Follows the changes of the database", "跟踪数据库变更"};

// Wrong usage
inline constexpr Text kNotBuiltYet{"'{}' is not built yet.", "“{}”尚未提供。"};
inline constexpr Text kUnknownCommand{"Unknown command '{}'.", "未知命令“{}”。"};
inline constexpr Text kUnknownArgument{"Unexpected argument '{}'.", "无法识别的参数“{}”。"};
inline constexpr Text kDidYouMean{" Did you mean '{}'?", "是否想输入“{}”？"};
inline constexpr Text kSeeHelp{" See '{} --help'.", "请参阅“{} --help”。"};
inline constexpr Text kNoCommand{"Which command?", "请指定命令。"};
inline constexpr Text kMissingArgument{"'{}' is missing.", "缺少“{}”。"};
inline constexpr Text kMissingValue{"'{}' needs a value.", "“{}”需要一个值。"};
inline constexpr Text kNotOneOf{"'{}' is not one of {}", "“{}”不在可选值之中：{}"};
inline constexpr Text kNotInRange{"'{}' is not a number from {} to {}", "“{}”不是 {} 到 {} 之间的数"};
inline constexpr Text kLoadArgument{
    "'{}' is not DATASET=FILE with companies, persons, investments, roles or penalties.",
    "“{}”不是“数据集=文件”；数据集为 companies、persons、investments、roles、penalties。"};
inline constexpr Text kImportDelimiterWrong{"{}: '{}' is not one ASCII character, nor TAB.",
                                            "{}：“{}”不是单个 ASCII 字符，也不是 TAB。"};
inline constexpr Text kLoadTwice{"'{}' is given twice.", "“{}”重复给出。"};
inline constexpr Text kNotWhole{"'{}' is not a whole number from {} to {}", "“{}”不是 {} 到 {} 之间的整数"};
inline constexpr Text kBadValue{"Wrong value for {}.", "参数值有误：{}。"};

inline constexpr Text kParameterWrong{"'{}' is no parameter: NAME=TEXT, or NAME:=EXPRESSION.",
                                      "“{}”不是参数；应为 名称=文本，或 名称:=表达式。"};
inline constexpr Text kParametersNoObject{"'{}' does not hold a JSON object.", "“{}”不是 JSON 对象。"};
inline constexpr Text kStatementMissing{"There is no statement.", "没有语句。"};
inline constexpr Text kStatementTwice{"A statement and -f were both given.", "不能同时给出语句和 -f。"};
inline constexpr Text kScriptTooLong{"'{}' is longer than 256 MiB.", "“{}”超过 256 MiB。"};
inline constexpr Text kListenWrong{"'{}' is no HOST:PORT.", "“{}”不是“主机:端口”。"};
inline constexpr Text kShellUnknown{"'{}' is no command of the shell; :help lists them.",
                                    "没有“{}”命令，输入 :help 查看。"};

// Outcomes
inline constexpr Text kInitDone{"Made an empty database in '{}'.", "已在“{}”新建空数据库。"};
inline constexpr Text kLoadStage{"loading", "导入"};
inline constexpr Text kRowsUnit{"rows", "行"};
inline constexpr Text kItemsUnit{"items", "项"};
inline constexpr Text kLoadDataset{"dataset", "数据集"};
inline constexpr Text kLoadRows{"rows", "行数"};
inline constexpr Text kLoadAccepted{"accepted", "接收"};
inline constexpr Text kLoadUnchanged{"unchanged", "未变"};
inline constexpr Text kLoadWarned{"warned", "提醒"};
inline constexpr Text kLoadQuarantined{"quarantined", "隔离"};
inline constexpr Text kImportWhat{"label or type", "标签或类型"};
inline constexpr Text kImportCount{"count", "数量"};
inline constexpr Text kImportDone{"Imported {} nodes and {} relationships in {}; journal entry {}.",
                                  "已导入 {} 个节点、{} 条关系，用时 {}；日志第 {} 条。"};
inline constexpr Text kImportSchemaTaken{"Indexes and constraints as in '{}'.", "索引与约束取自“{}”。"};
inline constexpr Text kExportStage{"exporting", "导出"};
inline constexpr Text kExportDone{"Exported {} nodes and {} relationships to '{}' in {}.",
                                  "已导出 {} 个节点、{} 条关系到“{}”，用时 {}。"};
inline constexpr Text kExportBack{"To import them: xargs xinpu import --data DIR < '{}'",
                                  "再导入：xargs xinpu import --data DIR < “{}”"};
inline constexpr Text kLoadDone{"Loaded in {}; journal entry {}.", "导入完成，用时 {}；日志第 {} 条。"};
inline constexpr Text kLoadNothing{"Nothing to change; it took {}.", "无变更，用时 {}。"};
inline constexpr Text kLoadQuarantine{"Rows that were not taken, with the reason: '{}'.",
                                      "未接收的数据及原因见“{}”。"};
inline constexpr Text kQuestionSummary{"{} firms, {} violations, fines {} yuan, decided from {} to {}",
                                       "企业 {} 家，违法违规 {} 条，罚款合计 {} 元，认定日期 {} 至 {}"};
inline constexpr Text kQuestionTime{"answered in {} (opening the database took {})",
                                    "查询用时 {}（打开数据库 {}）"};
inline constexpr Text kQuestionProvisional{
    "Note: the end of the window was counted over days whose arrangement may still change.",
    "提示：窗口截止日的推算经过了安排尚可能调整的日期。"};
inline constexpr Text kRowsIn{"{} rows in {}", "{} 行，用时 {}"};
inline constexpr Text kAndChange{", {}", "，{}"};
inline constexpr Text kNodesCreated{"{} nodes created", "新建节点 {}"};
inline constexpr Text kNodesDeleted{"{} nodes deleted", "删除节点 {}"};
inline constexpr Text kRelationshipsCreated{"{} relationships created", "新建关系 {}"};
inline constexpr Text kRelationshipsDeleted{"{} relationships deleted", "删除关系 {}"};
inline constexpr Text kPropertiesSet{"{} properties set", "设置属性 {}"};
inline constexpr Text kLabelsAdded{"{} labels added", "添加标签 {}"};
inline constexpr Text kLabelsRemoved{"{} labels removed", "移除标签 {}"};
inline constexpr Text kIndexesAdded{"{} indexes added", "新建索引 {}"};
inline constexpr Text kIndexesRemoved{"{} indexes removed", "删除索引 {}"};
inline constexpr Text kConstraintsAdded{"{} constraints added", "新建约束 {}"};
inline constexpr Text kConstraintsRemoved{"{} constraints removed", "删除约束 {}"};
inline constexpr Text kNotification{"Note: {}", "提示：{}"};
inline constexpr Text kShellGreeting{"Statements end with ';'. :help lists the commands, :exit leaves.",
                                     "语句以“;”结束。:help 查看命令，:exit 退出。"};
// clang-format off
inline constexpr Text kShellHelp{
    ":schema              labels, types, indexes and constraints\n"
    ":param               lists the parameters\n"
    ":param NAME=TEXT     sets one to a text\n"
    ":param NAME:=EXPR    sets one to the value of an expression\n"
    ":clear               forgets the parameters\n"
    ":exit                leaves (Ctrl-D too)\n"
    "Ctrl-C drops what is typed, or stops the statement that runs. Tab completes.\n",
    ":schema              标签、类型、索引与约束\n"
    ":param               列出参数\n"
    ":param 名称=文本     设为文本\n"
    ":param 名称:=表达式  设为表达式的值\n"
    ":clear               清除全部参数\n"
    ":exit                退出（Ctrl-D 亦可）\n"
    "Ctrl-C 放弃当前输入或停止正在执行的语句；Tab 补全。\n"};
// clang-format on
inline constexpr Text kBackupDone{"Copied to '{}': journal up to entry {}, {}, in {}.",
                                  "已备份到“{}”：日志至第 {} 条，{}，用时 {}。"};
inline constexpr Text kRestoreDone{"Restored to '{}', up to journal entry {}; entry {} notes it.",
                                   "已恢复到“{}”，截至日志第 {} 条；第 {} 条记录本次恢复。"};
inline constexpr Text kCompactDone{"Compacted from {} to {}: {} free pages, {} merged changes, in {}.",
                                   "已从 {} 压缩到 {}：空闲页 {}，合并变更 {}，用时 {}。"};
inline constexpr Text kJournalFault{"entry {}: {}", "第 {} 条：{}"};
inline constexpr Text kJournalWhole{"ok: {} entries, the chain is whole", "正常：共 {} 条，哈希链完整"};
inline constexpr Text kJournalStage{"journal", "日志"};
inline constexpr Text kEntriesUnit{"entries", "条"};

// Failures
inline constexpr Text kFileUnreadable{"'{}' cannot be read.", "无法读取“{}”。"};
inline constexpr Text kOutputFailed{"The output could not be written.", "无法写出结果。"};
inline constexpr Text kUnexpected{"Something went wrong inside xinpu; please report it: {}",
                                  "xinpu 内部出错，请反馈：{}"};

// Progress
inline constexpr Text kTimeLeft{"{} left", "剩余 {}"};
inline constexpr Text kPerSecond{"{} {}/s", "{} {}/秒"};
inline constexpr Text kFinished{"{}: {} {} in {}", "{}：{} {}，用时 {}"};

/// What stands before an error's own words, which the room that found it wrote in English.
constexpr Text headline(ErrorCode code) noexcept {
    switch (code) {
    case ErrorCode::Syntax:
    case ErrorCode::Semantic:
    case ErrorCode::Type:
    case ErrorCode::Argument:
    case ErrorCode::Arithmetic:
    case ErrorCode::Parameter:
    case ErrorCode::Procedure:
        return {"", "语句有误："};
    case ErrorCode::NotFound:
        return {"", "未找到："};
    case ErrorCode::Constraint:
        return {"", "违反约束："};
    case ErrorCode::Conflict:
        return {"", "当前状态不允许："};
    case ErrorCode::Validation:
        return {"", "值不符合规则："};
    case ErrorCode::Data:
        return {"", "输入数据有误："};
    case ErrorCode::Usage:
        return {"", "用法错误："};
    case ErrorCode::Denied:
        return {"", "没有权限："};
    case ErrorCode::Limit:
        return {"", "超出限额："};
    case ErrorCode::Cancelled:
        return {"", "已停止："};
    case ErrorCode::Corrupt:
        return {"", "数据库损坏或不完整："};
    case ErrorCode::Locked:
        return {"", "数据库被占用："};
    case ErrorCode::Io:
        return {"", "系统读写失败："};
    case ErrorCode::Internal:
        return {"", "内部错误："};
    }
    return {"", ""};
}

}  // namespace xinpu::cli::messages
