using System.Globalization;
using System.Text.RegularExpressions;
using HandlebarsDotNet;
using HandlebarsDotNet.Compiler;

namespace Kiln.Learning.Reporting;

/// <summary>
/// Compiled Handlebars templates. They are strict: a name that the data does not have is an error that says which template and
/// line. Whatever data puts into a page is escaped; only <c>{{{…}}}</c> in a template is not.
/// </summary>
sealed partial class Templates
{
    const string OfMarkdownFiles = ".md.hbs";

    readonly TemplateSource source;
    readonly IHandlebars handlebars;
    readonly string[] partials;

    Templates(TemplateSource source, ITextEncoder encoder, Func<string, bool> isOneOfThem)
    {
        this.source = source;
        handlebars = Handlebars.Create(new HandlebarsConfiguration
        {
            ThrowOnUnresolvedBindingExpression = true,
            FormatProvider = CultureInfo.InvariantCulture,
            TextEncoder = encoder,
        });
        foreach (var (name, format) in Formats)
            handlebars.RegisterHelper(name, (context, arguments) => format(arguments[0]));
        handlebars.RegisterHelper("yaml", (output, context, arguments) => output.WriteSafeString(MarkdownText.Yaml(arguments[0])));
        handlebars.RegisterHelper("code", (output, context, arguments) => output.WriteSafeString(MarkdownText.Code(arguments[0])));
        handlebars.RegisterHelper("codeCell", (output, context, arguments) => output.WriteSafeString(MarkdownText.CodeCell(arguments[0])));
        handlebars.RegisterHelper("lines", (output, context, arguments) => output.WriteSafeString(MarkdownText.Lines(arguments[0])));
        string[] names = [.. TemplateSource.Names.Where(isOneOfThem)];
        partials = [.. names.Select(name => Path.GetFileNameWithoutExtension(name))];
        foreach (var name in names)
            handlebars.RegisterTemplate(Path.GetFileNameWithoutExtension(name), Compile(name));
    }

    /// <summary>Those of pages: what data puts into them is escaped for HTML.</summary>
    public static Templates OfHtml(TemplateSource source) => new(source, new HtmlEncoder(),
        name => name.EndsWith(".hbs", StringComparison.Ordinal) && !name.EndsWith(OfMarkdownFiles, StringComparison.Ordinal));

    /// <summary>Those of Markdown files: what data puts into them is escaped for that.</summary>
    public static Templates OfMarkdown(TemplateSource source) => new(source, new MarkdownText(), name => name.EndsWith(OfMarkdownFiles, StringComparison.Ordinal));

    /// <summary>How templates write values: <c>{{count rows}}</c>, <c>{{measure auc}}</c> and so on.</summary>
    static Dictionary<string, Func<object?, object>> Formats { get; } = new()
    {
        ["count"] = value => Number(value, "N0"),
        ["measure"] = value => Written.As(value, ColumnFormat.Measure),
        ["number"] = value => Written.As(value, ColumnFormat.Number),
        ["percent"] = value => Number(value, "0.00 %"),
        ["seconds"] = value => Number(value, "0.00") + " s",
        ["day"] = value => value is DateOnly day ? day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : "–",
        ["score"] = value => Number(value, "0.######"),
    };

    /// <summary>Fills a template.</summary>
    public string Fill(string name, object data)
    {
        using var writer = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        Compile(name)(writer, data);
        return writer.ToString();
    }

    HandlebarsTemplate<TextWriter, object, object> Compile(string name)
    {
        var text = source.Read(name);
        if (TemplateFault.In(text, partials) is { } fault) throw ReportingErrors.BrokenTemplate(source.Origin(name), fault);
        var safe = IndentedPartial().Replace(text, "");
        HandlebarsTemplate<TextWriter, object, object> compiled;
        try
        {
            compiled = handlebars.Compile(new StringReader(safe));
        }
        catch (Exception broken) when (broken is HandlebarsException or InvalidOperationException or ArgumentException)
        {
            throw ReportingErrors.BrokenTemplate(source.Origin(name), TemplateFault.Told(broken.Message), broken);
        }
        return (writer, context, data) =>
        {
            try
            {
                compiled(writer, context, data);
            }
            catch (HandlebarsUndefinedBindingException unknown)
            {
                throw ReportingErrors.UnknownMember(source.Origin(name), LineOf(unknown.Path, text), unknown.Path, unknown);
            }
            catch (Exception broken) when (broken is HandlebarsException or InvalidOperationException or ArgumentException)
            {
                throw Complaint(broken) ?? ReportingErrors.BrokenTemplate(source.Origin(name), TemplateFault.Told(broken.Message), broken);
            }
        };
    }

    /// <summary>What a template within this one complained of.</summary>
    static KilnException? Complaint(Exception? error) => error is null or KilnException ? (KilnException?)error : Complaint(error.InnerException);

    /// <summary>The indentation before a partial's tag. Handlebars.Net 2.4.3 does not escape what an indented partial writes, so no partial is indented.</summary>
    [GeneratedRegex(@"^[ \t]+(?=\{\{~?#?>)", RegexOptions.Multiline)]
    private static partial Regex IndentedPartial();

    static int LineOf(string member, string text)
    {
        var lines = text.Split('\n');
        var line = Array.FindIndex(lines, line => line.Contains("{{", StringComparison.Ordinal) && line.Contains(member, StringComparison.Ordinal));
        return line + 1;
    }

    static string Number(object? value, string format) =>
        Convert.ToDouble(value, CultureInfo.InvariantCulture).ToString(format, CultureInfo.InvariantCulture);
}
