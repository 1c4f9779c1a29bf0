"""The words of the page about the API, in three scripts."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "docs_title": "The API",
        "docs_lead": "Every address of this service for programs. The same as an OpenAPI document:",
        "docs_naming": "Where a thing is asked for, give its IRI, CURIE, or any of its names in any script.",
        "docs_errors": "Errors are problem documents (RFC 9457): what was wrong, and what would be right.",
        "docs_parameter": "Parameter",
        "docs_type": "Type",
        "docs_default": "Default",
        "docs_meaning": "Meaning",
        "docs_answers": "Answers",
        "docs_formats": "Formats",
        "docs_try": "Try it",
        "docs_questions": "Stored questions",
        "docs_sparql": "SPARQL",
        "docs_validation": "Validation",
        "docs_operations": "Operations",
    },
    "zh-Hant": {
        "docs_title": "應用程式介面",
        "docs_lead": "本服務供程式使用的所有位址。同樣內容的 OpenAPI 文件：",
        "docs_naming": "凡需指明事物，可用其 IRI、CURIE 或任何文字的任何名稱。",
        "docs_errors": "錯誤以問題文件（RFC 9457）回覆：何處有誤，以及如何才對。",
        "docs_parameter": "參數",
        "docs_type": "類型",
        "docs_default": "預設值",
        "docs_meaning": "含義",
        "docs_answers": "回應",
        "docs_formats": "格式",
        "docs_try": "試用",
        "docs_questions": "預存問題",
        "docs_sparql": "SPARQL",
        "docs_validation": "驗證",
        "docs_operations": "運作",
    },
    "zh-Hans": {
        "docs_title": "应用程序接口",
        "docs_lead": "本服务供程序使用的所有地址。同样内容的 OpenAPI 文件：",
        "docs_naming": "凡需指明事物，可用其 IRI、CURIE 或任何文字的任何名称。",
        "docs_errors": "错误以问题文件（RFC 9457）回复：何处有误，以及如何才对。",
        "docs_parameter": "参数",
        "docs_type": "类型",
        "docs_default": "默认值",
        "docs_meaning": "含义",
        "docs_answers": "响应",
        "docs_formats": "格式",
        "docs_try": "试用",
        "docs_questions": "预存问题",
        "docs_sparql": "SPARQL",
        "docs_validation": "验证",
        "docs_operations": "运作",
    },
}
