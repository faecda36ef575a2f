using System.Runtime.ExceptionServices;

namespace CostSociety.Synthesis;

/// <summary>Runs what goes from area to area by calling itself on a stack that is deep enough for long circuits.</summary>
internal static class DeepStack
{
    private const long BytesPerLevel = 16 << 10;
    private const long MostBytes = 1 << 30;
    private const long LevelsOfAnyStack = 32;

    /// <summary>Runs a function that may nest as deep as <paramref name="levels"/> areas.</summary>
    public static T Run<T>(long levels, Func<T> function)
    {
        if (levels <= LevelsOfAnyStack)
            return function();
        T? result = default;
        ExceptionDispatchInfo? problem = null;
        var thread = new Thread(Body, (int)Math.Min(MostBytes, 1 << 20 | levels * BytesPerLevel));
        thread.Start();
        thread.Join();
        problem?.Throw();
        return result!;

        void Body()
        {
            try
            {
                result = function();
            }
#pragma warning disable CA1031 // Whatever it is, it goes on in the thread that asked.
            catch (Exception e)
#pragma warning restore CA1031
            {
                problem = ExceptionDispatchInfo.Capture(e);
            }
        }
    }
}
